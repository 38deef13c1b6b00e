import { existsSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import type { parseSigningKey } from '@hot-fixture/extract';
import type { MaskingKey } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import { type Dialect, Kysely, SqliteDialect } from 'kysely';
import type { Configuration } from '../config/settings.js';
import { assertAgreed } from '../store/agreed-keys.js';
import { inFile } from '../store/in-file.js';
import { migrationsOf } from '../store/migrations/all.js';
import { onServer } from '../store/on-server.js';
import type { Tables } from '../store/tables.js';

/** The keys of this configuration, where both could be read. */
export interface Keys {
  readonly masking?: MaskingKey;
  readonly signing?: ReturnType<typeof parseSigningKey>;
}

/**
 * Looks at the store without a change: whether it can be read, is of no newer version, and agrees on
 * the keys. One on a server is asked only `online`.
 * @returns where it is, without a password
 * @throws HFIT_STORE_UNUSABLE, HFIT_STORE_UNAVAILABLE, HFIT_KEYS_DIFFER
 */
export async function lookAtStore(
  { dataDir, store: url }: Pick<Configuration, 'dataDir' | 'store'>,
  keys: Keys,
  online: boolean,
): Promise<string> {
  let where = 'store';
  let db: Kysely<Tables> | undefined;
  try {
    const kind = url === undefined ? inFile(dataDir) : onServer(url);
    where = kind.where;
    if (url === undefined && !existsSync(where)) return `${where}, made at the first start`;
    if (url !== undefined && !online) return where;
    // The dialect of a start would make a file what it has to be.
    const dialect: Dialect = url === undefined ? readOnly(where) : kind.dialect();
    db = new Kysely<Tables>({ dialect });
    const known = migrationsOf(kind);
    const done = await migrationsIn(db);
    const newer = done.filter((it) => !(it in known));
    if (newer.length > 0) {
      const reason = `it is of a newer version: ${newer.join(', ')}`;
      throw new HfitError('HFIT_STORE_UNUSABLE', { reason });
    }
    // The keys came later than the first tables.
    const hasFacts = (await db.introspection.getTables()).some((it) => it.name === 'facts');
    if (url !== undefined && hasFacts && keys.masking && keys.signing) {
      await assertAgreed(db, keys.masking, keys.signing);
    }
    return done.length === 0 ? `${where}, empty` : where;
  } catch (cause) {
    if (cause instanceof HfitError) throw cause.at(where);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HfitError('HFIT_STORE_UNUSABLE', { reason }, { where, cause });
  } finally {
    await db?.destroy();
  }
}

function readOnly(file: string): SqliteDialect {
  return new SqliteDialect({ database: new Sqlite(file, { readonly: true, fileMustExist: true }) });
}

async function migrationsIn(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((it) => it.name === 'kysely_migration')) return [];
  const rows = await db
    .selectFrom('kysely_migration' as never)
    .select('name' as never)
    .execute();
  return rows.map((row) => String((row as { name: unknown }).name));
}
