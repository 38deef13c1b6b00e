import { describe, expect, it } from 'vitest';
import { openDatabase } from '../src/index.js';
import { nodeSqlite } from '../src/sqlite/driver-node-sqlite.js';
import { databaseContract } from './contract.js';
import { contents, wholeOf } from './datasets.js';
import { cycle, freshFolder } from './sqlite-files.js';

/** What the tests use of `node:sqlite`, which the types of Node 20 do not know. */
interface DatabaseSync {
  exec(sql: string): void;
  prepare(sql: string): { run(...values: unknown[]): void; get(): Record<string, unknown> };
  close(): void;
}

const module = process.getBuiltinModule('node:sqlite') as unknown as {
  DatabaseSync: new (path: string, options?: { timeout?: number }) => DatabaseSync;
};
const missing = nodeSqlite() ? '' : `Node ${process.versions.node} has no node:sqlite of use`;

databaseContract({
  name: 'SQLite in memory, by a handle of node:sqlite',
  missing,
  async fresh() {
    const handle = new module.DatabaseSync(':memory:');
    return {
      target: handle,
      async run(statements) {
        for (const statement of statements) handle.exec(statement);
      },
      drop: async () => handle.close(),
    };
  },
  cycle,
  unreachable: 'sqlite:/proc/nowhere/hfit_test.db',
});

databaseContract({
  name: 'SQLite in a file, by a handle of node:sqlite',
  missing,
  async fresh() {
    const folder = freshFolder();
    const handle = new module.DatabaseSync(folder.path('hfit_test.db'), { timeout: 100 });
    handle.exec('PRAGMA journal_mode = WAL');
    return {
      target: handle,
      async run(statements) {
        for (const statement of statements) handle.exec(statement);
      },
      async drop() {
        handle.close();
        folder.drop();
      },
    };
  },
  cycle,
  unreachable: 'sqlite:/proc/nowhere/hfit_test.db',
});

describe.skipIf(missing)('node:sqlite', () => {
  it('keeps all storage classes, and texts with a NUL, in every encoding', async () => {
    for (const encoding of ['UTF-8', 'UTF-16le', 'UTF-16be']) {
      const handle = new module.DatabaseSync(':memory:');
      handle.exec(`PRAGMA encoding = '${encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)`);
      const rows = [
        [null, 'a\0b'],
        ['é\0', '\uFEFF\0'],
        [9007199254740993n, 1],
        [Buffer.from([0, 1]), new Uint8Array(0)],
        ['', '漢字'],
      ];
      const insert = handle.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
      for (const row of rows) insert.run(...row);
      const [from, to] = [await openDatabase(handle), await openDatabase('sqlite::memory:')];
      const snapshot = await from.snapshot();
      await to.load(wholeOf(await snapshot.introspect(), snapshot));
      await snapshot.close();
      expect(await contents(to)).toEqual(await contents(from));
      // Drivers differ in the class of their bytes.
      const plain = (row: readonly unknown[]) =>
        row.map((value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value));
      const { t } = await contents(to);
      expect(t?.map(([, ...row]) => plain(row))).toEqual(rows.map(plain));
      await to.close();
      handle.close();
    }
  });

  it('keeps a change log, and texts that are not valid', async () => {
    for (const encoding of ['UTF-8', 'UTF-16le']) {
      const handle = new module.DatabaseSync(':memory:');
      handle.exec(`PRAGMA encoding = '${encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, a);
        INSERT INTO t VALUES (1, CAST(X'00d84100' AS TEXT)), (2, CAST(X'ff00fe00' AS TEXT))`);
      const database = await openDatabase(handle);
      const { log } = database.dialect;
      const session = await database.logSession();
      await log.install(session, await database.introspect());
      await log.checkpoint(session, 'start', 20);
      const before = await contents(database);
      expect(before.t?.map(([, a]) => (a as string).isWellFormed())).toContain(false);
      handle.exec("DELETE FROM t; INSERT INTO t VALUES (3, 'x')");
      const { tables } = await log.changes(session, 'start', 20);
      expect(tables[0]?.rows.map((it) => it.before)).toEqual([...(before.t ?? []), null]);
      await log.rewind(session, 'start', 20);
      expect(await contents(database)).toEqual(before);
      await session.release(false);
      handle.close();
    }
  });

  it('tells a lock, a broken key and a closed handle by code', async () => {
    const folder = freshFolder();
    const handle = new module.DatabaseSync(folder.path('test.db'), { timeout: 20 });
    handle.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)');
    handle.exec("INSERT INTO t VALUES (1, 'Geheim')");
    const database = await openDatabase(handle);
    const [t] = (await database.introspect()).tables;
    const twice = {
      dialect: 'sqlite',
      schemas: [],
      create: [],
      tables: [t!],
      async *rows() {
        async function* batches() {
          yield [[2n, 'Geheim']];
        }
        yield { table: t!, columns: t!.columns, batches: batches() };
      },
    };
    await expect(database.load(twice)).rejects.toThrow('SQLITE_CONSTRAINT_UNIQUE');
    handle.exec('BEGIN IMMEDIATE');
    await expect(database.load(twice)).rejects.toThrow('HFIT_DATABASE_BUSY');
    handle.close();
    await expect(openDatabase(handle)).rejects.toThrow('HFIT_DATABASE_CLOSED');
    folder.drop();
  });
});
