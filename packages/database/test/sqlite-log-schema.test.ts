import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../src/index.js';
import { afterwards, newFile, opened, tracked } from './sqlite-log.js';

const music = `
  CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
  CREATE TABLE "odd ""name" (a TEXT PRIMARY KEY, "b c", d AS (a || 1), UNIQUE ("b c" COLLATE NOCASE)) WITHOUT ROWID;
  CREATE TABLE loose (a, b);
  INSERT INTO artist (name) VALUES ('one'), ('two'); INSERT INTO loose VALUES (1, 1), (2, 2), (3, 3);
  DELETE FROM loose WHERE a = 1; INSERT INTO "odd ""name" VALUES ('a', 'b')`;

describe('SQLite change log and the schema', () => {
  it('is installed twice as once, and leaves nothing behind', async () => {
    const it = await opened(music);
    const before = it.schema();
    expect(await it.status()).toBeNull();
    await expect(it.changes()).rejects.toThrow('HFIT_LOG_ABSENT');
    await expect(it.checkpoint()).rejects.toThrow('HFIT_LOG_ABSENT');
    await it.log.remove(it.session);
    await it.install();
    await it.checkpoint();
    it.raw.exec('DELETE FROM artist');
    const made = it.schema();
    await it.install();
    expect(it.schema()).toEqual(made);
    expect((await it.changes()).tables[0]?.rows).toHaveLength(2);
    expect(await it.status()).toMatchObject({
      current: true,
      tables: [{ name: 'artist' }, { name: 'loose' }, { name: 'odd "name' }],
      checkpoints: [{ name: 'start', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }],
    });
    expect((await it.database.introspect()).tables).toHaveLength(3);
    await it.log.remove(it.session);
    expect(it.schema()).toEqual(before);
    expect(await it.status()).toBeNull();
  });

  it('replaces a log of another version, and drops no table of a user by its name', async () => {
    const it = await tracked(
      `${music}; CREATE TABLE hfit_mine (a); CREATE TRIGGER hfit_own AFTER INSERT ON loose BEGIN SELECT 1; END`,
    );
    it.raw.exec('UPDATE hfit_meta SET version = 0; DROP TABLE hfit_checkpoints');
    expect(await it.status()).toEqual({ current: false, tables: [], checkpoints: [] });
    await expect(it.rewind()).rejects.toThrow('HFIT_LOG_ABSENT');
    await it.install();
    expect(await it.status()).toMatchObject({ current: true, checkpoints: [] });
    await it.log.remove(it.session);
    expect(it.schema()).toContainEqual(expect.objectContaining({ name: 'hfit_mine' }));
    expect(it.schema()).toContainEqual(expect.objectContaining({ name: 'hfit_own' }));
  });

  it.each([
    ['ALTER TABLE artist ADD COLUMN born', 'column born of table artist was added'],
    [
      'ALTER TABLE artist RENAME COLUMN name TO title',
      'column name of table artist was dropped or renamed',
    ],
    ['ALTER TABLE artist RENAME TO artists', 'table artist was dropped or renamed'],
    ['DROP TABLE loose', 'table loose was dropped'],
    ['CREATE TABLE more (id)', 'table more was made'],
    [
      'CREATE UNIQUE INDEX one ON artist (name)',
      'a key, index or constraint of table artist was changed',
    ],
    ['DROP TABLE hfit_log', 'table hfit_log, in which the log keeps its notes, was dropped'],
  ])('tells of %s, and rewinds nothing', async (sql, change) => {
    const it = await tracked(music);
    it.raw.exec('UPDATE loose SET b = 9');
    it.raw.exec(sql);
    for (const work of [it.rewind, it.changes, it.checkpoint]) {
      const error = await work().catch((caught) => caught);
      expect(error).toMatchObject({ code: 'HFIT_LOG_SCHEMA_CHANGED' });
      expect(error.message).toContain(change);
    }
    await it.install();
    await it.checkpoint();
    expect((await it.changes()).tables).toEqual([]);
  });

  it('lets no column be dropped that its triggers keep: SQLite says which', async () => {
    const it = await tracked(music);
    const dropped = () => it.raw.exec('ALTER TABLE artist DROP COLUMN name');
    expect(dropped).toThrow('hfit_1_');
    await it.log.remove(it.session);
    dropped();
  });

  it('goes on after what changes no table, with its triggers behind those of users', async () => {
    const it = await tracked(music);
    it.raw.exec(`
      CREATE VIEW seen AS SELECT * FROM artist; ANALYZE;
      CREATE TRIGGER late AFTER INSERT ON Artist BEGIN UPDATE artist SET name = 'late' WHERE id = new.id; END;
      INSERT INTO artist (name) VALUES ('three')`);
    expect((await it.changes()).tables).toMatchObject([
      { rows: [{ before: null, after: [3n, 'late'] }] },
    ]);
    const order = it.raw
      .prepare(
        "SELECT name FROM sqlite_schema WHERE tbl_name LIKE 'artist' AND type = 'trigger' ORDER BY rowid",
      )
      .pluck();
    expect(order.all()[0]).toBe('late');
    await it.rewind();
    expect(order.all()[0]).toBe('late');
    const made = it.schema();
    expect((await it.changes()).tables).toEqual([]);
    expect(it.schema()).toEqual(made);
  });

  it.each([
    ['DROP TABLE loose; CREATE TABLE loose (a, b)', /hfit_\d_insert of table loose/],
    ['DROP TRIGGER hfit_1_delete', /hfit_1_delete of table artist/],
    [
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema
       SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('artist', 'loose')) - rootpage
       WHERE name IN ('artist', 'loose'); PRAGMA writable_schema = RESET; PRAGMA schema_version = 99`,
      /table (artist|loose) stands at another page/,
    ],
  ])('does not trust itself after %s', async (sql, reason) => {
    const it = await tracked(music);
    it.raw.unsafeMode().exec(sql);
    const error = await it.rewind().catch((caught) => caught);
    expect(error).toMatchObject({ code: 'HFIT_LOG_BYPASSED' });
    expect(error.message).toMatch(reason);
    await it.install();
    await it.checkpoint();
    await it.rewind();
  });

  it('notices that VACUUM has numbered rows anew, and minds only where they were changed before', async () => {
    const it = await tracked(music);
    it.raw.exec(`UPDATE artist SET name = 'x'; UPDATE "odd ""name" SET "b c" = 'B'`);
    it.raw.exec('VACUUM');
    expect((await it.changes()).tables).toHaveLength(2);
    it.raw.exec('DELETE FROM loose WHERE a = 2');
    expect((await it.changes()).tables).toHaveLength(3);
    await it.rewind();
    expect(it.raw.prepare('SELECT a, b FROM loose ORDER BY a').raw().all()).toEqual([
      [2, 2],
      [3, 3],
    ]);
    it.raw.exec('DELETE FROM loose WHERE a = 2; VACUUM');
    for (const work of [it.changes, it.rewind, it.rewind]) {
      const error = await work().catch((caught) => caught);
      expect(error).toMatchObject({ code: 'HFIT_LOG_BYPASSED' });
      expect(error.message).toContain('VACUUM has given new numbers to the rows of table loose');
    }
    await it.checkpoint();
    it.raw.exec('DELETE FROM loose');
    await it.rewind();
    expect(it.raw.prepare('SELECT a FROM loose').pluck().all()).toEqual([3]);
  });

  it('takes no table or trigger of a user for its own, whatever its name begins with', async () => {
    const it = await tracked(
      `${music}; CREATE TABLE hfit_mine (a); CREATE TABLE hfit_copy_of_mine (a);
       CREATE TRIGGER hfit_own AFTER INSERT ON hfit_mine BEGIN UPDATE artist SET name = new.a; END`,
    );
    const names = (await it.database.introspect()).tables.map(({ name }) => name);
    expect(names).toContain('hfit_mine');
    it.raw.exec("INSERT INTO hfit_mine VALUES ('x')");
    expect((await it.changes()).tables.map(({ table }) => table.name).sort()).toEqual([
      'artist',
      'hfit_mine',
    ]);
    it.raw.exec(
      'CREATE TRIGGER hfit_late BEFORE DELETE ON hfit_mine BEGIN SELECT raise(ABORT, 1); END',
    );
    await it.rewind();
    expect(it.rows('artist').map(([, , name]) => name)).toEqual(['one', 'two']);
    expect(it.rows('hfit_mine')).toEqual([]);
  });

  it.each([
    ['table hfit_log', 'CREATE TABLE hfit_log (a)'],
    ['table Hfit_Meta', 'CREATE TABLE Hfit_Meta (version)'],
    ['index hfit_vacuum', 'CREATE INDEX hfit_vacuum ON loose (a)'],
    [
      'trigger hfit_1_delete',
      'CREATE TRIGGER hfit_1_delete AFTER DELETE ON loose BEGIN SELECT 1; END',
    ],
  ])('leaves the %s of a user alone, and says that it is in the way', async (what, sql) => {
    const it = await opened(`${music}; ${sql}`);
    const before = it.schema();
    const schema = await it.database.introspect();
    expect(schema.tables.some(({ name }) => /^hfit_/i.test(name))).toBe(what.startsWith('table'));
    expect(await it.status()).toBeNull();
    const reason = `there is a ${what}, a name that the change log needs`;
    expect(await it.log.obstacle(it.session, schema)).toBe(reason);
    await it.log.remove(it.session);
    expect(it.schema()).toEqual(before);
  });

  it('tells where it cannot be kept', async () => {
    const nameless = await opened('CREATE TABLE t (rowid, oid, _rowid_)');
    const obstacle = async ({ log, session, database }: Awaited<ReturnType<typeof opened>>) =>
      log.obstacle(session, await database.introspect());
    expect(await obstacle(nameless)).toBe('no name is left for the number of a row of table t');
    expect(await obstacle(await opened(music))).toBeNull();

    const strange = await opened(music);
    strange.raw.unsafeMode();
    strange.raw.exec('PRAGMA writable_schema = ON; CREATE TABLE s (a COLLATE NOCASE UNIQUE)');
    strange.raw.exec(
      "UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'mine') WHERE name = 's'",
    );
    strange.raw.exec('PRAGMA writable_schema = RESET');
    expect(await obstacle(strange)).toBe(
      'only the application knows the collation mine of an index',
    );

    const file = newFile();
    new BetterSqlite3(file).exec(music).close();
    const raw = new BetterSqlite3(file, { readonly: true });
    afterwards(() => raw.close());
    const readonly = await openDatabase(raw);
    const session = await readonly.logSession();
    afterwards(() => session.release(false));
    const reason = await readonly.dialect.log.obstacle(session, await readonly.introspect());
    expect(reason).toContain('SQLITE_READONLY');
  });
});
