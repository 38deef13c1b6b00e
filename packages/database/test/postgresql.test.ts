import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, psqlCommand, services } from '../../../test/services/index.js';
import { type Dataset, openDatabase } from '../src/index.js';
import { databaseContract } from './contract.js';
import { contents, datasetOf, wholeOf } from './datasets.js';
import { feed } from './feed.js';

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const run = (url: string, statements: readonly string[]) =>
  withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

databaseContract({
  name: 'PostgreSQL',
  missing: services.postgresql ? '' : 'no server',
  async fresh() {
    const { url, drop } = await freshPostgresql();
    return {
      target: url,
      run: (statements) => run(url, statements),
      ...(services.psql && { feed: (text: string) => feed(psqlCommand(url), text) }),
      drop,
    };
  },
  cycle: [
    'CREATE TABLE chicken (id int PRIMARY KEY, egg_id int NOT NULL)',
    'CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL REFERENCES chicken DEFERRABLE)',
    'INSERT INTO chicken VALUES (1, 2), (2, 1)',
    'INSERT INTO egg VALUES (1, 1), (2, 2)',
    'ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg',
  ],
  unreachable: 'postgresql://nobody:pa55word@127.0.0.1:1/hfit_test',
});

/** What a table of PostgreSQL may hold beyond the common. */
const rich = [
  `CREATE SCHEMA shop`,
  `CREATE TYPE shop.mood AS ENUM ('sad', 'it''s ok', 'happy')`,
  `CREATE DOMAIN shop.label AS varchar(20) NOT NULL DEFAULT 'none' CHECK (VALUE <> '')`,
  `CREATE SEQUENCE shop.loose START 100`,
  `CREATE TABLE shop."Odd ""name" (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     serial serial, loose int DEFAULT nextval('shop.loose'),
     mood shop.mood, moods shop.mood[], label shop.label,
     js json, jb jsonb, tags text[], nested int[][], bytes bytea, price numeric(12,4), f float8,
     at timestamptz, day date, span interval, ip inet, uid uuid UNIQUE, bits bit(3), r int4range,
     doubled numeric GENERATED ALWAYS AS (price * 2) STORED, "Mixed Case" text DEFAULT 'x',
     CHECK (price IS NULL OR price >= 0))`,
  `CREATE UNIQUE INDEX ON shop."Odd ""name" (lower("Mixed Case")) WHERE id > 5`,
  `CREATE TABLE public.event (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)`,
  `CREATE TABLE public.event_old PARTITION OF public.event FOR VALUES FROM (MINVALUE) TO ('2020-01-01')`,
  `CREATE TABLE public.event_new PARTITION OF public.event DEFAULT`,
  `CREATE VIEW public.seen AS SELECT 1`,
  `INSERT INTO public.event VALUES (1, '2001-01-01'), (1, '2031-01-01')`,
  `INSERT INTO shop."Odd ""name" (mood, moods, label, js, jb, tags, nested, bytes, price, f, at, day, span, ip, uid, bits, r)
   VALUES ('it''s ok', '{sad,NULL}', 'a"b', '{"a":  1, "a": 2}', '{"b":[1,null]}', '{"x,y",NULL,"q\\"\\\\"}',
           '{{1,2},{3,NULL}}', '\\x00ff5c', 12.3400, '-0', '0044-03-15 12:00:00.123456+01 BC', 'infinity',
           '1 mon -3 days 04:05:06.789', '::1/64', '00000000-0000-8000-8000-000000000000', B'101', '[1,5)'),
          (NULL, NULL, DEFAULT, E'"tab\\\\t new\\\\n"', 'null', '{}', '[0:1]={7,8}', '', 0, 'NaN', 'infinity', '0001-01-01 BC',
           NULL, NULL, NULL, NULL, 'empty')`,
];

describe.skipIf(!services.postgresql)('PostgreSQL', () => {
  let source: Awaited<ReturnType<typeof freshPostgresql>>;
  beforeAll(async () => {
    source = await freshPostgresql();
    await run(source.url, rich);
  });
  afterAll(() => source?.drop());

  it('copies what only it has, to the bit, by load and by script, and numbers on', async () => {
    const database = await openDatabase(source.url);
    const schema = await database.introspect();
    expect(schema.tables.map(({ schema: of, name }) => `${of}.${name}`)).toEqual([
      'public.event',
      'shop.Odd "name',
    ]);
    for (const how of ['load', 'script'] as const) {
      if (how === 'script' && !services.psql) continue;
      const fresh = await freshPostgresql();
      const target = await openDatabase(fresh.url);
      const snapshot = await database.snapshot();
      const whole = wholeOf(schema, snapshot);
      if (how === 'load') await target.load(whole);
      else {
        const { script } = await import('../src/index.js');
        let text = '';
        for await (const piece of script(database.dialect, whole)) text += piece;
        await feed(psqlCommand(fresh.url), text);
      }
      await snapshot.close();
      expect(await contents(target)).toEqual(await contents(database));
      expect((await target.introspect()).tables).toEqual(schema.tables);
      const { rows } = await withClient(fresh.url, (client) =>
        client.query(
          `INSERT INTO shop."Odd ""name" (label) VALUES ('new') RETURNING id, serial, doubled`,
        ),
      );
      expect(rows).toEqual([{ id: '3', serial: 3, doubled: null }]);
      await target.close();
      await fresh.drop();
    }
    await database.close();
  });

  it('takes a pool and a client of the user, and leaves them open and as they were', async () => {
    const pool = new pg.Pool({ connectionString: source.url });
    const client = new pg.Client(source.url);
    await client.connect();
    for (const handle of [pool, client]) {
      const database = await openDatabase(handle);
      expect(database.name).toBe(source.name);
      const both = await Promise.all([database.introspect(), database.introspect()]);
      expect(both[0].tables).toHaveLength(2);
      await database.close();
      const { rows } = await handle.query('SHOW search_path');
      expect(rows[0].search_path).toContain('public');
    }
    await pool.end();
    await client.end();
    await expect(openDatabase({})).rejects.toThrow('HFIT_DATABASE_HANDLE');
    await expect(openDatabase('oracle://x')).rejects.toThrow('HFIT_DATABASE_URL');
  });

  it('leaves alone a transaction that its owner has open', async () => {
    const client = new pg.Client(source.url);
    await client.connect();
    const database = await openDatabase(client);
    await client.query('BEGIN');
    await client.query('CREATE TABLE mine (id int)');
    await expect(database.introspect()).rejects.toThrow('HFIT_DATABASE_BUSY');
    await client.query('SELECT * FROM mine');
    await client.query('ROLLBACK');
    expect((await database.introspect()).tables).toHaveLength(2);
    await client.end();
  });

  it('tells that the connection was lost, in the middle of a read and of a load', async () => {
    const database = await openDatabase(source.url);
    const snapshot = await database.snapshot();
    const kill = () =>
      run(source.url, [
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ]);
    await kill();
    await expect(snapshot.introspect()).rejects.toThrow('HFIT_DATABASE_LOST');
    await snapshot.close();

    const schema = await database.introspect();
    const event = schema.tables.find(({ name }) => name === 'event')!;
    const before = await contents(database);
    const failing = {
      dialect: 'postgresql',
      schemas: [],
      create: [],
      tables: [event],
      async *rows() {
        async function* batches() {
          yield [['7', '2007-07-07']];
          await kill();
          yield [['8', '2008-08-08']];
        }
        yield { table: event, columns: event.columns, batches: batches() };
      },
    };
    await expect(database.load(failing)).rejects.toThrow('HFIT_DATABASE_LOST');
    expect(await contents(database)).toEqual(before);
    await database.close();
  });

  it('refuses to load into a database that does not look like a test database', async () => {
    const database = await openDatabase(source.url.replace(/\/[^/]*$/, '/production'));
    const nothing = {
      dialect: 'postgresql',
      schemas: [],
      create: [],
      tables: [],
      async *rows() {},
    };
    await expect(database.load(nothing)).rejects.toThrow('HFIT_NOT_A_TEST_DATABASE');
    await expect(database.load(nothing, { dangerouslyAllowAnyDatabase: true })).rejects.toThrow(
      'HFIT_DATABASE_UNREACHABLE',
    );
    await database.close();
  });

  it('names no value of a row in an error', async () => {
    const fresh = await freshPostgresql();
    await run(fresh.url, ['CREATE TABLE t (id int PRIMARY KEY, name varchar(3))']);
    const target = await openDatabase(fresh.url);
    const [t] = (await target.introspect()).tables;
    for (const row of [
      ['1', 'Geheim'],
      ['Geheim', 'x'],
      ['99999999999', 'x'],
    ]) {
      const dataset = {
        dialect: 'postgresql',
        schemas: [],
        create: [],
        tables: [t!],
        async *rows() {
          yield {
            table: t!,
            columns: t!.columns,
            batches: (async function* () {
              yield [row];
            })(),
          };
        },
      };
      const error = await target.load(dataset).catch((it) => it);
      expect(error.code).toBe('HFIT_LOAD_FAILED');
      expect(error.message).not.toMatch(/Geheim|99999999999/);
    }
    await target.close();
    await fresh.drop();
  });

  it('replaces no table that a view or a key of another table stands on', async () => {
    const fresh = await freshPostgresql();
    await run(fresh.url, [
      'CREATE TABLE t (id int PRIMARY KEY)',
      'CREATE TABLE z (id int PRIMARY KEY, t_id int REFERENCES t)',
      'INSERT INTO t VALUES (1)',
      'INSERT INTO z VALUES (1, 1)',
    ]);
    const target = await openDatabase(fresh.url);
    const before = await target.introspect();
    const t = before.tables.find(({ name }) => name === 't')!;
    const replacing: Dataset = {
      ...datasetOf('postgresql', t, [['9']]),
      create: [{ table: t, mode: 'replace' }],
    };
    await expect(target.load(replacing)).rejects.toThrow('HFIT_LOAD_REPLACE');
    await run(fresh.url, ['DROP TABLE z', 'CREATE VIEW v AS SELECT * FROM t']);
    await expect(target.load(replacing)).rejects.toThrow('HFIT_LOAD_REPLACE');
    await run(fresh.url, ['DROP VIEW v']);
    await target.load(replacing);
    await target.close();
    await fresh.drop();
  });
});
