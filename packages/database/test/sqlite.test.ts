import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { type Database, type Dataset, openDatabase, type Row, type Table } from '../src/index.js';
import { databaseContract } from './contract.js';
import { contents, datasetOf } from './datasets.js';
import { cycle, freshFile, freshFolder } from './sqlite-files.js';

const unreachable = 'sqlite:/proc/nowhere/hfit_test.db';

databaseContract({ name: 'SQLite in a file', fresh: freshFile, cycle, unreachable });

databaseContract({
  name: 'SQLite in memory, by a handle of better-sqlite3',
  async fresh() {
    const handle = new BetterSqlite3(':memory:');
    return {
      target: handle,
      async run(statements) {
        for (const statement of statements) handle.exec(statement);
      },
      drop: async () => void handle.close(),
    };
  },
  cycle,
  unreachable,
});

describe('SQLite', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const folder = () => {
    const made = freshFolder();
    ends.push(made.drop);
    return made;
  };
  const raw = (file: string, sql = '', timeout = 20) => {
    const handle = new BetterSqlite3(file, { timeout });
    ends.push(() => handle.close());
    handle.exec(sql);
    return handle;
  };
  const open = async (target: string | object) => {
    const database = await openDatabase(target);
    ends.push(() => database.close());
    return database;
  };
  const only = async (database: Database) => (await database.introspect()).tables[0] as Table;
  const counted = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)';
  const two = `${counted}; INSERT INTO t VALUES (1, 'one'), (2, 'two')`;
  const make = (table: Table, list: readonly Row[], error?: Error): Dataset => ({
    ...datasetOf('sqlite', table, list, error),
    create: [{ table, mode: 'absent' }],
  });

  it('reads no missing file, and makes none by it', async () => {
    const { path } = folder();
    const database = await open(`sqlite:${path('test.db')}`);
    await expect(database.introspect()).rejects.toThrow(/HFIT_DATABASE_UNREACHABLE.*no such file/);
    expect(existsSync(path('test.db'))).toBe(false);
  });

  it('makes a missing file by a load, and leaves none when the load fails', async () => {
    const { path } = folder();
    const table = await only(await open(raw(':memory:', two)));
    const database = await open(`sqlite://${path('test.db')}`);
    await expect(database.load(make(table, [[1n, 'one']], new Error('cut')))).rejects.toThrow(
      'HFIT_DATABASE_QUERY',
    );
    await expect(database.load(datasetOf('elsewhere', table, []))).rejects.toThrow();
    expect(readdirSync(path(''))).toEqual([]);
    await database.load(make(table, [[1n, 'one']]));
    expect(await contents(database)).toEqual({ t: [[1n, 'one']] });
    expect(readdirSync(path(''))).toEqual(['test.db']);
  });

  it('tells what is no database, a folder that is missing, and a URL that names no file', async () => {
    const { path } = folder();
    writeFileSync(path('test.db'), 'This is a letter, and not a database at all.');
    for (const [url, reason] of [
      [path('test.db'), /not a database/],
      [path(''), /unable to open/],
      [path('nowhere/test.db'), /no such file/],
    ] as const) {
      const database = await open(`sqlite:${url}`);
      const error = await database.introspect().catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_DATABASE_UNREACHABLE' });
      expect(error.message).toMatch(reason);
    }
    const nowhere = await open(`sqlite:${path('nowhere/test.db')}`);
    const nothing = make(await only(await open(raw(':memory:', two))), []);
    await expect(nowhere.load(nothing)).rejects.toThrow('HFIT_DATABASE_UNREACHABLE');
    for (const url of ['sqlite:', 'sqlite://test.db']) {
      await expect(openDatabase(url)).rejects.toThrow('HFIT_DATABASE_URL');
    }
  });

  it('goes by the name of the file and not of its folder', async () => {
    const { path } = folder();
    raw(path('shop.db'), two);
    const database = await open(`sqlite:${path('shop.db')}`);
    expect([database.name, database.inMemory]).toEqual(['shop.db', false]);
    const nothing = datasetOf('sqlite', await only(database), []);
    await expect(database.load(nothing)).rejects.toThrow('HFIT_NOT_A_TEST_DATABASE');
    await database.load(nothing, { dangerouslyAllowAnyDatabase: true });
  });

  it('keeps a database in memory for as long as it is open', async () => {
    const database = await open('sqlite::memory:');
    const table = await only(await open(raw(':memory:', two)));
    await database.load(make(table, [[7n, 'seven']]));
    expect(database.inMemory).toBe(true);
    expect(await contents(database)).toEqual({ t: [[7n, 'seven']] });
    const other = await open('sqlite::memory:');
    expect((await other.introspect()).tables).toEqual([]);
  });

  it('leaves the bytes of the file as they were when a load fails', async () => {
    const { path } = folder();
    raw(path('test.db'), two).close();
    const before = readFileSync(path('test.db'));
    const database = await open(`sqlite:${path('test.db')}`);
    const table = await only(database);
    const many = Array.from({ length: 20_000 }, (_, i): Row => [BigInt(i + 3), `name ${i}`]);
    for (const [dataset, code] of [
      [datasetOf('sqlite', table, [...many, [9n, 'twice']]), 'HFIT_LOAD_FAILED'],
      [datasetOf('sqlite', table, many, new Error('cut')), 'HFIT_DATABASE_QUERY'],
      [
        { ...datasetOf('sqlite', table, many, new Error()), create: [{ table, mode: 'replace' }] },
        'HFIT_DATABASE_QUERY',
      ],
    ] as const) {
      await expect(database.load(dataset)).rejects.toThrow(code);
      expect(readFileSync(path('test.db')).equals(before)).toBe(true);
      expect(readdirSync(path(''))).toEqual(['test.db']);
    }
  });

  it('waits for the lock of another, and names it when it is not let go', async () => {
    const { path } = folder();
    const handle = raw(path('test.db'), two);
    const dataset = datasetOf('sqlite', await only(await open(handle)), [[3n, 'three']]);

    handle.exec('BEGIN IMMEDIATE');
    const impatient = await open(handle);
    const error = await impatient.load(dataset).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_DATABASE_BUSY', kind: 'conflict' });
    expect(error.message).toContain('another connection holds a lock on it');

    const patient = await open(`sqlite:${path('test.db')}`);
    const loading = patient.load(dataset);
    setTimeout(() => handle.exec('ROLLBACK'), 20);
    expect((await loading).rows).toBe(1);
  });

  it('takes a handle on a file, and leaves it free, open and as it was', async () => {
    const { path } = folder();
    const handle = raw(path('test.db'), `PRAGMA journal_mode = WAL; ${two}`);
    handle.pragma('foreign_keys = OFF');
    const database = await open(handle);
    expect(database.name).toBe('test.db');
    const snapshot = await database.snapshot();
    const [table] = (await snapshot.introspect()).tables;
    const rows = snapshot.rows({ table: table!, columns: table!.columns });
    await rows.next();
    handle.exec("INSERT INTO t VALUES (3, 'three')");
    expect(await snapshot.count(table!)).toBe(2);
    await snapshot.close();
    await database.load(datasetOf('sqlite', table!, [[4n, 'four']]));
    await database.close();
    expect(handle.prepare('SELECT count(*) FROM t').pluck().get()).toBe(4);
    expect(handle.pragma('foreign_keys', { simple: true })).toBe(0);
  });

  it('does not write by a handle that is read-only', async () => {
    const { path } = folder();
    raw(path('test.db'), two).close();
    const handle = new BetterSqlite3(path('test.db'), { readonly: true });
    ends.push(() => handle.close());
    const database = await open(handle);
    const dataset = datasetOf('sqlite', await only(database), [[3n, 'three']]);
    await expect(database.load(dataset)).rejects.toThrow('SQLITE_READONLY');
  });

  it('shares a handle in memory: its user may read between batches, and nothing of his is undone', async () => {
    const handle = raw(':memory:', two);
    handle.pragma('foreign_keys = OFF');
    const database = await open(handle);
    const table = await only(database);
    const snapshot = await database.snapshot();
    const rows = snapshot.rows({ table, columns: table.columns });
    await rows.next();
    handle.exec('SELECT 1');
    expect(() => handle.exec('DELETE FROM t')).toThrow('readonly');
    await rows.return(undefined);
    await snapshot.close();

    await database.load(datasetOf('sqlite', table, [[3n, 'three']]));
    expect(handle.pragma('foreign_keys', { simple: true })).toBe(0);
    handle.exec('BEGIN; DELETE FROM t');
    await expect(database.introspect()).rejects.toThrow('a transaction is open on the handle');
    await expect(database.load(datasetOf('sqlite', table, []))).rejects.toThrow('HFIT');
    expect(handle.inTransaction).toBe(true);
    handle.exec('COMMIT');
    expect(await contents(database)).toEqual({ t: [] });

    const last = await database.snapshot();
    handle.close();
    await expect(last.introspect()).rejects.toThrow('HFIT_DATABASE_LOST');
    await last.close();
    await expect(openDatabase(handle)).rejects.toThrow('HFIT_DATABASE_CLOSED');
    await expect(database.introspect()).rejects.toThrow('HFIT_DATABASE_UNREACHABLE');
  });

  it('ends a stream that was left standing, and says so to whoever goes on with it', async () => {
    const { path } = folder();
    const handle = raw(path('test.db'), counted);
    handle.exec(
      `INSERT INTO t SELECT value, value FROM json_each('[${Array.from({ length: 3000 }, (_, i) => i)}]')`,
    );
    const database = await open(`sqlite:${path('test.db')}`);
    const table = await only(database);
    const snapshot = await database.snapshot();
    const rows = snapshot.rows({ table, columns: table.columns });
    expect((await rows.next()).value).toHaveLength(1000);
    await snapshot.close();
    await expect(rows.next()).rejects.toThrow('HFIT_DATABASE_CLOSED');
    handle.exec('DELETE FROM t');
  });

  it('merges by a key that may hold nulls, and tells why rows cannot be merged', async () => {
    const handle = new BetterSqlite3(':memory:');
    ends.push(() => handle.close());
    handle.exec(`CREATE TABLE a (code TEXT PRIMARY KEY, n TEXT); CREATE TABLE b (n TEXT);
      INSERT INTO a VALUES ('x', 'old'), (NULL, 'none')`);
    const database = await openDatabase(handle);
    const [a, b] = (await database.introspect()).tables as [Table, Table];
    const merge = (table: Table, ...rows: Row[]) =>
      database.load(datasetOf('sqlite', table, rows), { existing: 'merge' });
    await merge(a, ['x', 'new'], ['y', 'more']);
    const rows = () => handle.prepare('SELECT code, n FROM a ORDER BY code').raw().all();
    const merged = [
      [null, 'none'],
      ['x', 'new'],
      ['y', 'more'],
    ];
    expect(rows()).toEqual(merged);
    const refused = merge(a, ['z', 'z'], [null, 'more']);
    await expect(refused).rejects.toThrow(/key \(code\) is NULL in one.*such rows of a out/s);
    expect(rows()).toEqual(merged);
    await expect(merge(b, ['x'])).rejects.toThrow(/no key.*Give b a primary/s);
  });

  it('names no value of a row in an error', async () => {
    const database = await open(
      raw(
        ':memory:',
        `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (length(name) < 20)) STRICT;
         INSERT INTO t VALUES (1, 'Anna Secret');
         CREATE TRIGGER refuse BEFORE INSERT ON t WHEN new.id = 9
         BEGIN SELECT RAISE(ABORT, 'no ' || new.name); END`,
      ),
    );
    const table = await only(database);
    for (const [row, reason] of [
      [[2n, 'Anna Secret'], 'SQLITE_CONSTRAINT_UNIQUE'],
      [[2n, 'Geheim'.repeat(4)], 'SQLITE_CONSTRAINT_CHECK'],
      [['Geheim', 'x'], 'SQLITE_MISMATCH|SQLITE_CONSTRAINT_DATATYPE'],
      [[2n, Buffer.from('Geheim')], 'SQLITE_CONSTRAINT_DATATYPE'],
      [[9n, 'Geheim'], 'a trigger refused the row'],
    ] as const) {
      const error = await database
        .load(datasetOf('sqlite', table, [row]), { fireTriggers: true })
        .catch((it) => it);
      expect(error.code).toBe('HFIT_LOAD_FAILED');
      expect(error.message).toMatch(new RegExp(reason));
      expect(error.message).not.toMatch(/Geheim|Secret/);
    }
  });
});
