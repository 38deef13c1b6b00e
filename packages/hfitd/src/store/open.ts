import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import Sqlite from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { migrations } from './migrations.js';
import type { Store, Tables } from './tables.js';

/**
 * Opens the daemon's own database in its data folder, and brings its schema up to date.
 * @throws HFIT_STORE_UNUSABLE
 */
export async function openStore(dataDir: string): Promise<Store> {
  const file = join(dataDir, 'hfitd.db');
  let store: Store | undefined;
  try {
    // SQLite would make the file readable by all; its side files take the mode of this one.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    const database = new Sqlite(file);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // A private key that was forgotten shall not stay in a free page.
    database.pragma('secure_delete = ON');
    store = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    const provider = { getMigrations: async () => migrations };
    const { error } = await new Migrator({ db: store, provider }).migrateToLatest();
    if (error) throw error;
    return store;
  } catch (cause) {
    await store?.destroy();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HfitError('HFIT_STORE_UNUSABLE', { reason }, { where: file, cause });
  }
}
