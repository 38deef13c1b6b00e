import { beforeEach, expect, it } from 'vitest';
import { resolveTable } from '../src/index.js';
import { datasetOf } from './datasets.js';
import { law, onEach, sharedPlace, stateOf, told, track } from './postgresql-log-subject.js';

/** All that a log could leave behind. */
const catalog = `
  SELECT 'relation', n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_toast'
  UNION ALL SELECT 'function', n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL SELECT 'trigger', t.tgrelid::regclass::text, t.tgname FROM pg_trigger t
  UNION ALL SELECT 'type', n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname !~ '^pg_toast'
  UNION ALL SELECT 'schema', nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_toast'
  UNION ALL SELECT 'event', evtname, '' FROM pg_event_trigger
  ORDER BY 1, 2, 3`;

const schemaChanges: [string, string][] = [
  [
    'ALTER TABLE book ADD COLUMN pages int DEFAULT 7',
    'column pages of table public.book was added',
  ],
  ['ALTER TABLE book DROP COLUMN title', 'column title of table public.book was dropped'],
  ['ALTER TABLE book RENAME COLUMN title TO name', 'column title of table public.book'],
  [
    'ALTER TABLE book ALTER COLUMN title TYPE varchar(9)',
    'column title of table public.book was changed',
  ],
  [
    'ALTER TABLE author ALTER COLUMN name SET NOT NULL',
    'column name of table public.author was changed',
  ],
  ['DROP TABLE book', 'table public.book was dropped'],
  ['ALTER TABLE book RENAME TO volume', 'table public.book was dropped or renamed'],
  ['CREATE TABLE more (id int)', 'table public.more was made'],
  ['CREATE SCHEMA other; CREATE TABLE other.t (id int)', 'table other.t was made'],
  ['ALTER TABLE book ADD CHECK (id > 0)', 'a key, index or constraint of table public.book'],
  ['ALTER TABLE book DROP CONSTRAINT book_author_id_fkey', 'of table public.book was changed'],
  [`ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'`, 'type public.mood was changed'],
  [`ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy'`, 'type public.mood was changed'],
  ['ALTER TYPE pair ADD ATTRIBUTE c int CASCADE', 'type public.pair was changed'],
  ['ALTER TYPE pair RENAME ATTRIBUTE a TO z', 'type public.pair was changed'],
  ['ALTER DOMAIN label ADD CHECK (VALUE <> 0)', 'type public.label was changed'],
  ['ALTER TYPE mood RENAME TO temper', 'type public.mood was changed'],
  ['DROP SEQUENCE loose', 'sequence public.loose was dropped'],
];

onEach('change log of $name', (subject) => {
  const place = sharedPlace(subject);
  beforeEach(async () => {
    await place.run(`
      CREATE TABLE author (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, born date);
      CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN label AS int; CREATE TYPE pair AS (a int, b mood[]);
      CREATE TABLE book (id serial PRIMARY KEY, author_id int REFERENCES author ON DELETE CASCADE, title text);
      CREATE TABLE feeling (p pair, l label);
      CREATE SEQUENCE loose;
      INSERT INTO author (name, born) VALUES ('Ada', '1815-12-10'), ('Bob', NULL);
      INSERT INTO book (author_id, title) VALUES (1, 'One'), (1, 'Two'), (2, 'Three')`);
  });
  const log = () => place.database.dialect.log;
  const rewind = (to = 'start') => log().rewind(place.session, to, 1000);
  const checkpoint = (name: string) => log().checkpoint(place.session, name, 1000);
  const install = async () => log().install(place.session, await place.database.introspect());

  it('tells what happened and takes it back', async () => {
    expect(await log().status(place.session)).toBeNull();
    await track(place);
    const before = await stateOf(place);
    expect(await told(place)).toEqual([]);
    await place.run(`
      INSERT INTO author (name) VALUES ('Cid');
      UPDATE author SET born = '2000-01-01' WHERE id = 2;
      DELETE FROM author WHERE id = 1;
      SELECT nextval('loose')`);
    expect(await told(place)).toEqual([
      'author - > 3,Cid,',
      'author 2,Bob, > 2,Bob,2000-01-01',
      'author 1,Ada,1815-12-10 > -',
      'book 1,1,One > -',
      'book 2,1,Two > -',
      'author_id_seq 2 > 3',
      'loose 1 > 1',
    ]);
    expect(await rewind()).toEqual({
      tables: [
        { table: { schema: 'public', name: 'author' }, rows: 3 },
        { table: { schema: 'public', name: 'book' }, rows: 2 },
      ],
      sequences: 2,
    });
    expect(await stateOf(place)).toEqual(before);
    expect(await told(place)).toEqual([]);
    expect(await rewind()).toEqual({ tables: [], sequences: 0 });
  });

  it('sees what is loaded by us', async () => {
    await track(place);
    await law(place, async () => {
      const table = resolveTable(await place.database.introspect(), 'author');
      const rows = [['7', 'Loaded', null]];
      await place.database.load(datasetOf('postgresql', table, rows), {
        dangerouslyAllowAnyDatabase: true,
      });
    });
  });

  it('goes back to nested checkpoints, and forgets those that come after', async () => {
    await track(place);
    const states = [await stateOf(place)];
    for (const name of ['one', 'two', 'three']) {
      await place.run(
        `INSERT INTO author (name) VALUES ('${name}'); UPDATE book SET title = '${name}'`,
      );
      await checkpoint(name);
      states.push(await stateOf(place));
    }
    await place.run('TRUNCATE author CASCADE');
    await rewind('three');
    expect(await stateOf(place)).toEqual(states[3]);
    await rewind('three');
    await rewind('one');
    expect(await stateOf(place)).toEqual(states[1]);
    await expect(rewind('two')).rejects.toThrow(/HFIT_CHECKPOINT_UNKNOWN.*"two"[\s\S]*start, one/);
    await place.run('DELETE FROM book');
    await checkpoint('start');
    await place.run(`INSERT INTO book (title) VALUES ('after')`);
    await rewind('start');
    expect((await stateOf(place)).rows['public.book']).toEqual([]);
    const status = await log().status(place.session);
    expect(status?.checkpoints.map(({ name }) => name)).toEqual(['one', 'start']);
    expect(status?.checkpoints[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is met again by another session, installed once, and replaced where tables differ', async () => {
    await track(place);
    await place.run('DELETE FROM book WHERE id = 1');
    await install();
    if (place.database.inMemory) {
      expect(await told(place)).toEqual(['book 1,1,One > -']);
      await rewind();
    } else {
      const session = await place.database.logSession();
      const again = { ...place, session };
      expect(await told(again)).toEqual(['book 1,1,One > -']);
      await log().rewind(session, 'start', 1000);
      await session.release(false);
    }
    expect((await stateOf(place)).rows['public.book']).toHaveLength(3);
    await place.run('CREATE TABLE more (id int)');
    await install();
    const status = await log().status(place.session);
    expect(status?.tables.map(({ name }) => name)).toEqual(['author', 'book', 'feeling', 'more']);
    expect(status?.checkpoints).toEqual([]);
    await place.run('UPDATE hfit.installed SET version = 0');
    expect(await log().status(place.session)).toMatchObject({ current: false });
    await install();
    expect(await log().status(place.session)).toMatchObject({ current: true });
  });

  it('leaves nothing behind', async () => {
    const before = await place.run(catalog);
    await track(place);
    expect(await place.run(catalog)).not.toEqual(before);
    expect((await place.database.introspect()).tables).toHaveLength(3);
    expect((await place.database.introspect()).sequences).toHaveLength(3);
    expect(await place.database.dialect.schemas(place.session)).toEqual(['public']);
    await log().remove(place.session);
    expect(await place.run(catalog)).toEqual(before);
    await log().remove(place.session);
    await expect(rewind()).rejects.toThrow('HFIT_LOG_ABSENT');
    await expect(checkpoint('x')).rejects.toThrow('HFIT_LOG_ABSENT');
    await expect(told(place)).rejects.toThrow('HFIT_LOG_ABSENT');
  });

  // The embedded one does the same.
  const some = subject.name === 'PGlite' ? schemaChanges.slice(-2) : schemaChanges;
  it.each(some)('names what changed in the schema: %s', async (statement, change) => {
    await track(place);
    await place.run(`DELETE FROM book WHERE id = 1; ${statement}`);
    const before = await stateOf(place);
    for (const call of [rewind, () => told(place), () => checkpoint('next')]) {
      const error = await call().catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOG_SCHEMA_CHANGED' });
      expect(error.message).toContain(change);
    }
    expect(await stateOf(place)).toEqual(before);
  });

  it('goes on where the schema changed in nothing that matters', async () => {
    await track(place);
    await law(place, () =>
      place
        .run(`
        CREATE VIEW seen AS SELECT * FROM book;
        CREATE MATERIALIZED VIEW kept AS SELECT * FROM author;
        CREATE SEQUENCE another;
        ANALYZE; GRANT SELECT ON book TO public; TRUNCATE book;
        DELETE FROM author`)
        .then(() => place.run('DROP SEQUENCE another')),
    );
  });

  it.each([
    ['dropped', 'DROP TRIGGER hfit_delete ON book'],
    [
      'switched off and on',
      'ALTER TABLE book DISABLE TRIGGER ALL; DELETE FROM book; ALTER TABLE book ENABLE TRIGGER ALL',
    ],
    [
      'given their mode again',
      'ALTER TABLE book DISABLE TRIGGER hfit_delete; ALTER TABLE book ENABLE ALWAYS TRIGGER hfit_delete',
    ],
  ])('notices that its triggers were %s', async (_, statement) => {
    await track(place);
    await place.run(statement);
    await expect(rewind()).rejects.toThrow('HFIT_LOG_BYPASSED');
    await expect(told(place)).rejects.toThrow('HFIT_LOG_BYPASSED');
    await track(place);
    await law(place, () => place.run('DELETE FROM book'));
  });

  it('notices that a crash has emptied it', async () => {
    await track(place);
    await place.run('TRUNCATE hfit.log, hfit.checkpoints');
    await expect(rewind()).rejects.toThrow(/HFIT_LOG_BYPASSED[\s\S]*stopped without warning/);
    await track(place);
    expect(await rewind()).toEqual({ tables: [], sequences: 0 });
  });

  it('notices rows that are not what it saw last, and changes nothing', async () => {
    await track(place);
    await place.run(`INSERT INTO book (title) VALUES ('new'); DELETE FROM author WHERE id = 1`);
    await place.run(`UPDATE hfit.log SET image = replace(image, 'new', 'other')`);
    const before = await stateOf(place);
    await expect(rewind()).rejects.toThrow(/HFIT_LOG_BYPASSED[\s\S]*public.book/);
    expect(await stateOf(place)).toEqual(before);
  });

  it('tells which check refuses rows that were there at the checkpoint', async () => {
    await place.run(`
      CREATE FUNCTION fine(text) RETURNS boolean LANGUAGE sql RETURN true;
      ALTER TABLE book ADD CONSTRAINT fine CHECK (fine(title))`);
    await track(place);
    await place.run('DELETE FROM book');
    await place.run(
      'CREATE OR REPLACE FUNCTION fine(text) RETURNS boolean LANGUAGE sql RETURN false',
    );
    await expect(rewind()).rejects.toThrow(/HFIT_REWIND_REFUSED.*"start".*fine/);
    expect((await stateOf(place)).rows['public.book']).toEqual([]);
  });

  it('leaves the connection as it was', async () => {
    const settings = `SELECT name, setting FROM pg_settings WHERE source <> 'client' ORDER BY 1`;
    const before = await place.run(settings);
    await track(place);
    await place.run('DELETE FROM book');
    await told(place);
    await rewind();
    expect(await place.run(settings)).toEqual(before);
  });
});
