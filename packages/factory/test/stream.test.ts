import { type Database, openDatabase, type Table } from '@hot-fixture/database';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { postgresql } from '../../changes/test/postgresql-subject.js';
import { type Factories, openFactories, sequence, tableFactory } from '../src/index.js';
import { opened } from './database.js';

const set = `
  CREATE TABLE visit (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    price numeric(8,2) NOT NULL, at timestamptz NOT NULL, seen timestamptz DEFAULT now(),
    state varchar(10) NOT NULL DEFAULT 'new', note text, tags jsonb NOT NULL, ok boolean NOT NULL)`;

interface Visit extends Record<string, unknown> {
  name: string;
  price: string;
  at: Date;
  seen: Date;
  tags: unknown[];
  ok: boolean;
}

/** Enough to be written while they are made. */
const many = 10_001;

async function memory() {
  const pglite = await freshPglite();
  const database = await openDatabase(pglite);
  await database.transaction((session) => session.run(set), {}, true);
  const close = async () => {
    await database.close();
    await pglite.close();
  };
  return { database, close };
}

describe.for([
  { name: 'PostgreSQL', missing: postgresql.missing, open: () => opened(postgresql, [set]) },
  { name: 'PGlite', missing: false, open: memory },
])('rows that are written while they are made, on $name', ({ missing, open }) => {
  const test = it.skipIf(missing);
  let database: Database;
  let factories: Factories;
  let table: Table;
  const visit = tableFactory<Visit>('visit', {
    name: sequence((n) => `\\ "tab\t${n}\n`),
    price: { type: 'decimal', scale: 2, max: 100 },
    at: { type: 'datetime' },
    tags: () => [1, 'é', null],
  });

  beforeAll(async () => {
    if (missing) return;
    const { close, ...made } = await open();
    database = made.database;
    factories = await openFactories(database, { seed: 1 });
    table = factories.world.tableNamed('visit').table;
    return close;
  });
  beforeEach(async () => {
    if (!missing) await run('TRUNCATE visit');
  });

  const run = (sql: string) => database.transaction((session) => session.run(sql), {}, true);

  async function stored(): Promise<unknown[]> {
    const snapshot = await database.snapshot();
    const rows = await snapshot.list({ table, columns: table.columns });
    await snapshot.close();
    const decoded = rows.map((row) =>
      Object.fromEntries(
        table.columns.map((it, i) => [it.name, database.dialect.decode(it, row[i] ?? null)]),
      ),
    );
    return decoded.sort((a, b) => Number(a.id) - Number(b.id));
  }

  const same = async (rows: unknown[]) =>
    expect(JSON.stringify(await stored())).toBe(JSON.stringify(rows));

  test('they come back as the database has them, with numbers and defaults', async () => {
    const rows = await factories.of(visit).createMany(many);
    expect(rows[0]).toMatchObject({ state: 'new', note: null, tags: [1, 'é', null] });
    expect(rows[0]?.seen).toBeInstanceOf(Date);
    await same(rows);
  });

  test('a value that the server writes in another form is read back', async () => {
    const odd = visit.set({ price: ({ index }) => (index % 4000 === 3999 ? '007.5' : '1.00') });
    const rows = await factories.of(odd).createMany(many);
    expect(new Set(rows.map(({ price }) => price))).toEqual(new Set(['7.50', '1.00']));
    await same(rows);
  });

  test('what a trigger changes is read back', async () => {
    await run(`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN NEW.note := 'changed'; RETURN NEW; END $$;
      CREATE TRIGGER shout BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION shout()`);
    const rows = await factories.of(visit).createMany(300);
    await run('DROP FUNCTION shout CASCADE');
    expect(rows[299]).toMatchObject({ note: 'changed' });
    await same(rows);
  });

  test('an error of the factory is thrown as it is, and nothing stays', async () => {
    let left = 5000;
    const failing = visit.set({
      ok: () => {
        left -= 1;
        if (left < 0) throw new RangeError('no more');
        return true;
      },
    });
    const failed = factories.of(failing).createMany(many);
    await expect(failed).rejects.toThrow(RangeError);
    await same([]);
  });

  test('what the database refuses is told, and nothing stays', async () => {
    const twice = visit.set({ name: sequence((n) => `Visit ${n % 5000}`) });
    await expect(factories.of(twice).createMany(many)).rejects.toMatchObject({
      code: 'HFIT_FACTORY_REFUSED',
      message: expect.stringContaining('visit'),
    });
    await same([]);
    await factories.of(visit).create();
  });
});
