import { HfitError } from '@hot-fixture/errors';
import { Kysely, Migrator } from 'kysely';
import { inFile } from './in-file.js';
import { migrationsOf } from './migrations/all.js';
import { onServer } from './on-server.js';
import type { Store, Tables } from './tables.js';

/**
 * Opens the daemon's own database, and brings its schema up to date.
 * @param dataDir holds it where no server does
 * @param url of a database of PostgreSQL, which several daemons can share
 * @throws HFIT_STORE_UNUSABLE, HFIT_STORE_UNAVAILABLE
 */
export async function openStore(dataDir: string, url?: string): Promise<Store> {
  const kind = url === undefined ? inFile(dataDir) : onServer(url);
  let store: Store | undefined;
  try {
    store = new Kysely<Tables>({ dialect: kind.dialect() });
    const provider = { getMigrations: async () => migrationsOf(kind) };
    const { error } = await new Migrator({ db: store, provider }).migrateToLatest();
    if (error) throw error;
    return store;
  } catch (cause) {
    await store?.destroy();
    if (cause instanceof HfitError) throw cause.at(kind.where);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HfitError('HFIT_STORE_UNUSABLE', { reason }, { where: kind.where, cause });
  }
}
