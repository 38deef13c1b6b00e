import { HfitError } from '@hot-fixture/errors';
import type { Driver } from '../driver.js';
import type { DialectEntry } from '../open.js';
import type { Open } from './connection.js';
import { dialect } from './dialect.js';
import { fileDriver, memoryDriver } from './driver.js';
import { betterSqlite3, fromBetterSqlite3Handle } from './driver-better-sqlite3.js';
import { fromNodeSqliteHandle, nodeSqlite } from './driver-node-sqlite.js';
import { sqliteServer } from './server.js';

/** How long to wait for the locks of others, in milliseconds. */
const patience = 5000;

/** SQLite, by whichever of its two drivers is there. */
export const sqlite: DialectEntry = {
  dialect,
  schemes: ['sqlite:'],
  handles: ['better-sqlite3 Database', 'node:sqlite DatabaseSync (Node >= 22.16)'],
  async fromUrl(url, throwAway = false, connections?: number): Promise<Driver> {
    const path = pathOf(url);
    // Who says how many read does nothing else.
    const open = await anyDriver(connections !== undefined && path !== ':memory:');
    return path === ':memory:'
      ? memoryDriver(open(path, 'write'), url, true)
      : fileDriver(path, url, patience, open, throwAway);
  },
  server: async (url) => sqliteServer(pathOf(url), url, await anyDriver()),
  fromHandle: async (handle) =>
    fromBetterSqlite3Handle(handle as object) ?? fromNodeSqliteHandle(handle as object),
};

/** `sqlite:file`, `sqlite:/file` and `sqlite:///file`; the path is taken to the letter. */
function pathOf(url: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
  if (path !== '' && !/^\/\/[^/]/.test(path)) return path;
  throw new HfitError('HFIT_DATABASE_URL', { url, schemes: 'sqlite:FILE, sqlite::memory:' });
}

async function anyDriver(readonly = false): Promise<Open> {
  try {
    return await betterSqlite3(readonly);
  } catch (missing) {
    const open = nodeSqlite(readonly);
    if (open) return open;
    throw missing;
  }
}
