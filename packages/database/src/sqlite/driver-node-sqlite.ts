import { HfitError } from '@hot-fixture/errors';
import type { Driver } from '../driver.js';
import type { Row, Value } from '../model.js';
import type { Connection, Open } from './connection.js';
import { fileDriver, memoryDriver } from './driver.js';
import { type PlainConnection, withWholeTexts } from './texts.js';

/** What is used of `node:sqlite`, which the types of Node 20 do not know. */
interface DatabaseSync {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  location(): string | null;
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

interface Statement {
  all(...parameters: readonly Value[]): Row[];
  iterate(...parameters: readonly Value[]): IterableIterator<Row>;
  run(...parameters: readonly Value[]): unknown;
  columns(): readonly unknown[];
  setReadBigInts(on: boolean): void;
  setReturnArrays(on: boolean): void;
}

type Constructor = new (
  path: string,
  options?: { timeout?: number; readOnly?: boolean },
) => DatabaseSync;

/** The way to open files by Node itself; null where it cannot (before Node 22.16). */
export function nodeSqlite(readonly = false): Open | null {
  const module = process.getBuiltinModule('node:sqlite') as
    | { DatabaseSync: Constructor }
    | undefined;
  if (!module || !('location' in module.DatabaseSync.prototype)) return null;
  return opener(module.DatabaseSync, readonly);
}

/** Takes a `DatabaseSync` of `node:sqlite`; null for anything else. */
export function fromNodeSqliteHandle(handle: object): Driver | null {
  if (!('isTransaction' in handle && 'location' in handle && 'applyChangeset' in handle)) {
    return null;
  }
  const database = handle as unknown as DatabaseSync;
  if (!database.isOpen) {
    throw new HfitError('HFIT_DATABASE_CLOSED', { database: 'node:sqlite database' });
  }
  const path = database.location();
  const location = `node:sqlite database ${path || 'in memory'}`;
  const connection = connectionOf(database);
  if (!path) return memoryDriver(connection, location, false);
  const patience = Number(connection.query('PRAGMA busy_timeout', [])[0]?.[0]);
  return fileDriver(path, location, patience, opener(database.constructor as Constructor));
}

function opener(Database: Constructor, readOnly = false): Open {
  return (path) => connectionOf(new Database(path, { timeout: 0, readOnly }));
}

function connectionOf(database: DatabaseSync): Connection {
  // Node 22 and 24 end a text at its first NUL.
  const [[probe] = []] = read(database, "SELECT 'a' || char(0)").all();
  const plain: PlainConnection = {
    get inTransaction() {
      return database.isTransaction;
    },
    width: (sql) => database.prepare(sql).columns().length,
    query: (sql, parameters) => read(database, sql).all(...parameters.map(bound)),
    run: (sql) => database.exec(sql),
    iterate: (sql, parameters) => read(database, sql).iterate(...parameters.map(bound)),
    insert(sql, rows) {
      const statement = database.prepare(sql);
      for (const row of rows) statement.run(...row.map(bound));
    },
    close: () => database.close(),
  };
  return withWholeTexts(plain, probe === 'a');
}

/** Node 22 and 24 bind bytes that have no memory of their own as NULL, and read empty ones so. */
const empty = new Uint8Array(1).subarray(0, 0);
const bound = (value: Value): Value =>
  value instanceof Uint8Array && value.length === 0 ? empty : value;

function read(database: DatabaseSync, sql: string): Statement {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}
