import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase, resolveTable } from '../src/index.js';
import { contents, datasetOf } from './datasets.js';
import { freshFile, sqlite3 } from './sqlite-files.js';
import { afterwards, newFile, tracked as trackedLog } from './sqlite-log.js';

/** Tells changes as texts, and of a rewind how many rows it took. */
async function tracked(...options: Parameters<typeof trackedLog>) {
  const it = await trackedLog(...options);
  return {
    ...it,
    async changes(since?: string) {
      const { tables, sequences } = await it.changes(since);
      const texts = tables.flatMap(({ table, rows }) =>
        rows.map(({ before, after }) => `${table.name} ${before ?? 'none'} -> ${after ?? 'none'}`),
      );
      return [
        ...texts,
        ...sequences.map((it) => `${it.name} ${it.before?.last} -> ${it.after?.last}`),
      ].sort();
    },
    async rewind(to?: string) {
      const { tables } = await it.rewind(to);
      return tables.reduce((sum, { rows }) => sum + rows, 0);
    },
  };
}

describe('SQLite change log', () => {
  it('sees rows that REPLACE takes away without firing a trigger', async () => {
    const it = await tracked(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE, b, c NOT NULL DEFAULT 'd');
      CREATE UNIQUE INDEX part ON t (b) WHERE b > 0; CREATE UNIQUE INDEX expression ON t (lower(c));
      INSERT INTO t VALUES (1, 'a', 1, 'x'), (2, 'b', 2, 'y'), (3, 'c', 3, 'd')`);
    const before = it.rows('t');
    for (const sql of [
      "REPLACE INTO t VALUES (1, 'z', 9, 'z')",
      "INSERT INTO t VALUES (9, 'a', 9, 'z')",
      "INSERT OR REPLACE INTO t VALUES (9, 'z', 2, 'Y')",
      "INSERT OR REPLACE INTO t VALUES (9, 'a', 2, NULL)",
      "UPDATE OR REPLACE t SET a = 'b', b = 3 WHERE id = 1",
      'UPDATE OR REPLACE t SET id = 2 WHERE id = 1',
      'UPDATE OR REPLACE t SET rowid = 2 WHERE id = 1',
      'UPDATE OR REPLACE t SET OID = 3 WHERE id = 1',
      "UPDATE OR REPLACE t SET c = 'X' WHERE id = 3",
      "INSERT INTO t VALUES (1, 'n', 7, 'n') ON CONFLICT (id) DO UPDATE SET a = 'q', id = 7",
    ]) {
      it.raw.exec(sql);
      expect((await it.changes()).length, sql).toBeGreaterThan(0);
      expect(await it.rewind(), sql).toBeGreaterThan(0);
      expect(it.rows('t'), sql).toEqual(before);
    }
    it.raw.exec(
      "INSERT OR IGNORE INTO t VALUES (1, 'q', 9, 'q'); UPDATE t SET a = a; DELETE FROM t WHERE id > 9",
    );
    expect(await it.changes()).toEqual([]);
    expect(await it.rewind()).toBe(0);
  });

  it.each([0, 1])(
    'sees what foreign keys do down a long chain, recursive_triggers = %i',
    async (on) => {
      const it = await tracked(`
      PRAGMA recursive_triggers = ${on}; PRAGMA foreign_keys = ON;
      CREATE TABLE node (id INTEGER PRIMARY KEY, up REFERENCES node ON DELETE CASCADE ON UPDATE CASCADE);
      CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b DEFERRABLE INITIALLY DEFERRED);
      CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a ON DELETE CASCADE, c REFERENCES c ON DELETE SET NULL);
      CREATE TABLE c (id INTEGER PRIMARY KEY, node DEFAULT 3 REFERENCES node ON DELETE SET DEFAULT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
      INSERT INTO node SELECT i, nullif(i - 1, 0) FROM n;
      BEGIN; INSERT INTO a VALUES (1, 1); INSERT INTO c VALUES (1, 50); INSERT INTO b VALUES (1, 1, 1); COMMIT`);
      const before = ['node', 'a', 'b', 'c'].map(it.rows);
      it.raw.exec(
        'UPDATE node SET id = 1000 WHERE id = 49; DELETE FROM node WHERE id = 40; BEGIN; DELETE FROM a; DELETE FROM c; COMMIT',
      );
      expect((await it.changes()).length).toBe(64);
      expect(await it.rewind()).toBe(64);
      expect(['node', 'a', 'b', 'c'].map(it.rows)).toEqual(before);
      expect(it.raw.pragma('foreign_key_check')).toEqual([]);
      expect(it.raw.pragma('foreign_keys', { simple: true })).toBe(1);
    },
  );

  it('lets no trigger of a user act in a rewind, whatever it does, and keeps them in their order', async () => {
    const it = await tracked(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
      CREATE TRIGGER enqueue AFTER DELETE ON t BEGIN INSERT INTO jobs (a) VALUES ('gone ' || old.a); END;
      CREATE TRIGGER refuse BEFORE DELETE ON t WHEN old.a = 'keep' BEGIN SELECT RAISE(ABORT, 'never'); END;
      CREATE TRIGGER stamp AFTER INSERT ON t BEGIN UPDATE t SET a = a || ' stamped' WHERE id = new.id; END;
      INSERT INTO t VALUES (1, 'one'), (2, 'two')`);
    const state = () => [it.rows('t'), it.rows('jobs'), it.rows('sqlite_sequence')];
    const names = () =>
      it.raw
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name NOT LIKE 'hfit%'")
        .pluck()
        .all();
    const [before, order] = [state(), names()];
    for (const round of [1, 2, 3]) {
      it.raw.exec(
        "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (3, 'three'); UPDATE t SET a = 'keep'",
      );
      expect(await it.changes(), `${round}`).toEqual(
        [
          'jobs none -> 1,gone one stamped',
          't 1,one stamped -> none',
          't none -> 3,keep',
          't 2,two stamped -> 2,keep',
          'jobs undefined -> 1',
        ].sort(),
      );
      expect(await it.rewind()).toBe(4);
      expect(state()).toEqual(before);
      expect(names()).toEqual(order);
    }
    it.raw.exec("INSERT INTO t VALUES (4, 'four')");
    expect(it.rows('t').at(-1)).toEqual([4n, 4n, 'four stamped']);
  });

  it('is not misled by temporary triggers, which fire before all others', async () => {
    const it = await tracked(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE u (a, b); INSERT INTO t VALUES (1, 1)',
    );
    it.raw.exec(`
      CREATE TEMP TRIGGER again AFTER INSERT ON main.t BEGIN UPDATE t SET a = 'temp' WHERE id = new.id; END;
      CREATE TEMP TRIGGER away AFTER INSERT ON main.u WHEN new.a = 1 BEGIN DELETE FROM u WHERE rowid = new.rowid; END;
      INSERT INTO t VALUES (2, 2); INSERT INTO t (a) VALUES (3); REPLACE INTO t VALUES (1, 9);
      INSERT INTO u VALUES (1, 1), (2, 2); DELETE FROM u WHERE a = 2; INSERT INTO u VALUES (3, 3)`);
    expect(await it.changes()).toEqual(
      ['t none -> 2,temp', 't none -> 3,temp', 't 1,1 -> 1,temp', 'u none -> 3,3'].sort(),
    );
    await it.rewind();
    expect([it.rows('t'), it.rows('u')]).toEqual([[[1n, 1n, 1n]], []]);
    it.raw.exec('INSERT INTO t VALUES (5, 5)');
    expect(it.rows('t').at(-1)).toEqual([5n, 5n, 'temp']);
  });

  it('knows the number that SQLite gives to a new row, whatever it is', async () => {
    const it = await tracked(`
      CREATE TABLE last (a); CREATE TABLE low (a); CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
      INSERT INTO last (rowid, a) VALUES (9223372036854775807, 1); INSERT INTO low (rowid, a) VALUES (-7, 1), (-1, 2);
      INSERT INTO counted VALUES (9, 9); DELETE FROM counted`);
    const before = ['last', 'low', 'counted', 'sqlite_sequence'].map(it.rows);
    it.raw.exec(`
      INSERT INTO last VALUES (2), (3); REPLACE INTO low (rowid, a) VALUES (-1, 3); INSERT INTO low VALUES (4);
      DELETE FROM low; INSERT INTO low VALUES (5); INSERT INTO low (rowid, a) VALUES (-1, 7), (NULL, 8);
      INSERT INTO counted (a) VALUES (1), (2); INSERT INTO counted VALUES (-1, 1), (NULL, 4)`);
    expect(await it.changes()).toHaveLength(2 + 5 + 4 + 1);
    await it.rewind();
    expect(['last', 'low', 'counted', 'sqlite_sequence'].map(it.rows)).toEqual(before);
  });

  it('keeps what drivers cannot read: text that is not valid, with NUL, and -0.0', async () => {
    const it = await tracked(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE w (a PRIMARY KEY, b) WITHOUT ROWID;
      INSERT INTO t VALUES (1, CAST(X'ff00fe' AS TEXT)), (2, -0.0), (3, 9007199254740993), (4, X''), (5, '');
      INSERT INTO w SELECT a, id FROM t`);
    it.raw.prepare('UPDATE t SET a = ? WHERE id = 2').run(-0);
    await it.checkpoint();
    const sql =
      'SELECT id, typeof(a), hex(a), a FROM t UNION ALL SELECT b, typeof(a), hex(a), a FROM w ORDER BY 1';
    const before = it.raw.prepare(sql).raw().safeIntegers().all();
    it.raw.exec(
      'UPDATE t SET a = 0.0; DELETE FROM t WHERE id > 2; UPDATE w SET b = 7, a = quote(a); DELETE FROM w WHERE b = 7',
    );
    expect(it.raw.prepare(sql).raw().safeIntegers().all()).not.toEqual(before);
    await it.rewind();
    expect(it.raw.prepare(sql).raw().safeIntegers().all()).toEqual(before);
  });

  it('has checkpoints within checkpoints, and forgets what none of them can ask for', async () => {
    const it = await tracked(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)',
    );
    const { log } = it.database.dialect;
    it.raw.exec('UPDATE t SET a = 2');
    await it.checkpoint('inner');
    it.raw.exec('UPDATE t SET a = 3; INSERT INTO t VALUES (2, 2)');
    await it.checkpoint('innermost');
    it.raw.exec('DELETE FROM t');
    expect(await it.changes('inner')).toEqual(['t 1,2 -> none']);
    expect(await it.changes()).toEqual(['t 1,1 -> none']);
    await it.rewind('inner');
    expect(it.rows('t')).toEqual([[1n, 1n, 2n]]);
    expect((await log.status(it.session))?.checkpoints.map(({ name }) => name)).toEqual([
      'start',
      'inner',
    ]);
    const unknown = await it.rewind('innermost').catch((error) => error);
    expect(unknown.message).toMatch(/HFIT_CHECKPOINT_UNKNOWN.*innermost.*start, inner/s);
    await it.rewind();
    await it.rewind();
    expect(it.rows('t')).toEqual([[1n, 1n, 1n]]);
    it.raw.exec('UPDATE t SET a = 5');
    await it.checkpoint();
    expect(await it.changes()).toEqual([]);
    expect(it.raw.prepare('SELECT count(*) FROM hfit_log').pluck().get()).toBe(1);
    await it.rewind();
    expect(it.rows('t')).toEqual([[1n, 1n, 5n]]);
  });

  it('outlives connections, sees other programs, and is not seen by them as data', async () => {
    const path = newFile();
    const it = await tracked(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)',
      path,
    );
    await it.session.release(false);
    it.raw.close();
    const other = new BetterSqlite3(path);
    other.exec('UPDATE t SET a = 2');
    other.close();
    const database = await openDatabase(`sqlite:${path}`);
    const { log } = database.dialect;
    const session = await database.logSession();
    await log.install(session, await database.introspect());
    const { tables } = await log.changes(session, 'start', 20);
    expect(tables[0]?.rows).toEqual([{ before: [1n, 1n], after: [1n, 2n] }]);
    expect(Object.keys(await contents(database))).toEqual(['t']);
    expect(await log.rewind(session, 'start', 20)).toEqual({
      tables: [{ table: { schema: '', name: 't' }, rows: 1 }],
      sequences: 0,
    });
    expect(await contents(database)).toEqual({ t: [[1n, 1n]] });
    await session.release(false);
  });

  it('sees what the sqlite3 program writes', { skip: !sqlite3 }, async () => {
    const fresh = await freshFile();
    afterwards(fresh.drop);
    const it = await tracked(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)',
      fresh.file,
    );
    await fresh.feed?.("REPLACE INTO t VALUES (1, 'shell'); INSERT INTO t (a) VALUES ('new');");
    expect(await it.changes()).toEqual(['t none -> 2,new', 't 1,1 -> 1,shell'].sort());
    await it.rewind();
    expect(it.rows('t')).toEqual([[1n, 1n, 1n]]);
  });

  it('waits for another writer, then tells; and holds no lock itself', async () => {
    const path = newFile();
    const it = await tracked(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1)',
      path,
    );
    it.raw.exec('BEGIN IMMEDIATE; UPDATE t SET a = 2');
    for (const work of [it.rewind, it.changes, it.checkpoint]) {
      const error = await work().catch((caught) => caught);
      expect(error).toMatchObject({ code: 'HFIT_LOG_WRITER' });
      expect(error.message).toContain('within 0.02 s');
      expect(error.message).toContain(path);
    }
    const patient = it.database.dialect.log.rewind(it.session, 'start', 5000);
    setTimeout(() => it.raw.exec('COMMIT'), 20);
    expect((await patient).tables).toHaveLength(1);

    it.raw.exec('UPDATE t SET a = 2; BEGIN; SELECT * FROM t');
    expect(await it.changes()).toHaveLength(1);
    await expect(it.rewind()).rejects.toThrow('HFIT_LOG_WRITER');
    it.raw.exec('COMMIT');
    expect(it.rows('t')).toEqual([[1n, 1n, 2n]]);
    expect(await it.rewind()).toBe(1);
    // No timeout: it would fail at any lock.
    it.raw.exec('UPDATE t SET a = 3; PRAGMA wal_checkpoint; VACUUM');
    await it.database.load(
      datasetOf('sqlite', resolveTable(await it.database.introspect(), 't'), [[7n, 7n]]),
    );
    expect(await it.changes()).toHaveLength(2);
  });

  it('leaves alone a transaction on a handle in memory, and the settings of its user', async () => {
    const it = await tracked(
      'PRAGMA foreign_keys = ON; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)',
    );
    it.raw.exec('BEGIN; DELETE FROM t');
    await expect(it.rewind()).rejects.toThrow('HFIT_DATABASE_BUSY');
    expect(it.raw.inTransaction).toBe(true);
    it.raw.exec('COMMIT');
    const [loading, changes] = await Promise.all([
      it.database.load(
        datasetOf('sqlite', resolveTable(await it.database.introspect(), 't'), [[7n]]),
      ),
      it.changes(),
      it.rewind(),
      it.changes(),
    ]);
    expect(loading.rows).toBe(1);
    expect(changes).toEqual(['t none -> 7', 't 1 -> none'].sort());
    expect(it.rows('t')).toEqual([[1n, 1n]]);
    expect([
      it.raw.pragma('foreign_keys', { simple: true }),
      it.raw.pragma('ignore_check_constraints', { simple: true }),
    ]).toEqual([1, 0]);
  });

  it('notes a load, triggers of users or not', async () => {
    const it = await tracked(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a);
      CREATE TRIGGER stamp AFTER INSERT ON t BEGIN UPDATE t SET a = 'stamped' WHERE id = new.id; END`);
    const dataset = datasetOf('sqlite', resolveTable(await it.database.introspect(), 't'), [
      [1n, 1n],
      [2n, 2n],
    ]);
    for (const fireTriggers of [false, true]) {
      await it.database.load(dataset, { fireTriggers });
      const value = fireTriggers ? 'stamped' : undefined;
      expect(await it.changes()).toEqual([
        `t none -> 1,${value ?? 1}`,
        `t none -> 2,${value ?? 2}`,
      ]);
      await it.rewind();
      expect(it.rows('t')).toEqual([]);
    }
  });
});
