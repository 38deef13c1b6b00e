import { HfitError } from '@hot-fixture/errors';
import type BetterSqlite3 from 'better-sqlite3';
import type { Driver } from '../driver.js';
import type { Row } from '../model.js';
import { optionalPackage } from '../optional.js';
import type { Connection, Open } from './connection.js';
import { fileDriver, memoryDriver } from './driver.js';
import { type PlainConnection, withWholeTexts } from './texts.js';

type Constructor = new (path: string, options?: BetterSqlite3.Options) => BetterSqlite3.Database;

/**
 * The way to open files by this package.
 * @param readonly files are opened to be read, so that nothing can write to them
 * @throws HFIT_DRIVER_MISSING where it is not installed, or has no binary for this Node
 */
export async function betterSqlite3(readonly = false): Promise<Open> {
  const { default: Database } = await optionalPackage(
    'better-sqlite3',
    () => import('better-sqlite3'),
  );
  try {
    // The binary is loaded no sooner than by the first database.
    new Database(':memory:').close();
  } catch (cause) {
    throw new HfitError('HFIT_DRIVER_MISSING', { driver: 'better-sqlite3' }, { cause });
  }
  return opener(Database, readonly);
}

/** Takes a `Database` of better-sqlite3; null for anything else. */
export function fromBetterSqlite3Handle(handle: object): Driver | null {
  if (!('unsafeMode' in handle && 'inTransaction' in handle)) return null;
  const database = handle as BetterSqlite3.Database;
  const where = database.memory ? 'in memory' : database.name;
  const location = `better-sqlite3 database ${where}`;
  if (!database.open) throw new HfitError('HFIT_DATABASE_CLOSED', { database: location });
  if (database.memory) return memoryDriver(connectionOf(database), location, false);
  const patience = Number(database.pragma('busy_timeout', { simple: true }));
  // Its own class opens the same file, and is there without a package to look for.
  const open = opener(database.constructor as Constructor, database.readonly);
  return fileDriver(database.name, location, patience, open);
}

function opener(Database: Constructor, readonly = false): Open {
  return (path, purpose) => {
    const fileMustExist = purpose === 'read' || readonly;
    return connectionOf(new Database(path, { fileMustExist, readonly, timeout: 0 }));
  };
}

function connectionOf(database: BetterSqlite3.Database): Connection {
  const reader = (sql: string) => {
    const statement = database.prepare(sql).safeIntegers(true);
    return statement.reader ? statement.raw(true) : statement;
  };
  const kept = new Map<string, ReturnType<typeof reader>>();
  const prepared = (sql: string) => {
    const statement = kept.get(sql) ?? reader(sql);
    // An edit of many rows runs a few statements over and over. Some pragmas act when prepared.
    if (/^\s*PRAGMA\b/i.test(sql) && sql !== 'PRAGMA main.schema_version') return statement;
    if (kept.size >= 200) kept.clear();
    kept.set(sql, statement);
    return statement;
  };
  const plain: PlainConnection = {
    get inTransaction() {
      return database.inTransaction;
    },
    width: (sql: string) => database.prepare(sql).columns().length,
    query(sql, parameters) {
      const statement = prepared(sql);
      if (statement.reader) return statement.all(parameters) as Row[];
      statement.run(parameters);
      return [];
    },
    run: (sql) => void database.exec(sql),
    iterate: (sql, parameters) => reader(sql).iterate(parameters) as Iterator<Row>,
    insert(sql, rows) {
      const statement = database.prepare(sql);
      for (const row of rows) statement.run(row);
    },
    close: () => void database.close(),
  };
  return withWholeTexts(plain, false);
}
