import BetterSqlite3 from 'better-sqlite3';
import { afterEach } from 'vitest';
import { openDatabase, type Row } from '../src/index.js';
import { freshFolder } from './sqlite-files.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Is done after the test, the latest first. */
export const afterwards = (end: () => unknown) => ends.push(end);

/** The path of a file that is not there yet. */
export function newFile(): string {
  const folder = freshFolder();
  afterwards(folder.drop);
  return folder.path('test.db');
}

/** A database on the handle of an ordinary user, and the calls of its log. */
export async function opened(sql: string, file = ':memory:', patience = 20) {
  const raw = new BetterSqlite3(file, { timeout: 0 });
  afterwards(() => raw.close());
  raw.exec(sql);
  const database = await openDatabase(raw);
  const { log } = database.dialect;
  const session = await database.logSession();
  afterwards(() => session.release(false));
  return {
    raw,
    database,
    log,
    session,
    install: async () => log.install(session, await database.introspect()),
    checkpoint: (name = 'start') => log.checkpoint(session, name, patience),
    changes: (since = 'start') => log.changes(session, since, patience),
    rewind: (to = 'start') => log.rewind(session, to, patience),
    status: () => log.status(session),
    schema: () =>
      raw.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').all(),
    rows: (table: string) =>
      raw.prepare(`SELECT rowid, * FROM ${table}`).raw().safeIntegers().all() as Row[],
  };
}

/** The same with a log, and the checkpoint `start`. */
export async function tracked(...options: Parameters<typeof opened>) {
  const it = await opened(...options);
  await it.install();
  await it.checkpoint();
  return it;
}
