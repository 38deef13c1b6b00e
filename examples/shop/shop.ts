import { readFile } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import { freshPglite } from '../../test/services/pglite.js';
import { fillShop, type ShopOptions } from './data.js';
import { plantSecrets, type Secret } from './secrets.js';

/** Reads a file that stands beside this one. */
export function readBeside(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}

export interface Shop {
  readonly pglite: PGlite;
  /** Rows of each table. */
  readonly counts: Record<string, number>;
  readonly secrets: readonly Secret[];
}

/**
 * Makes the shop: its tables, its rows and the secrets hidden in them. Close its `pglite` when
 * done.
 * @param folder where it is kept; without it in memory
 * @param onStep called when a part of the work begins
 */
export async function makeShop(
  folder: string | undefined,
  options: ShopOptions = {},
  onStep: (step: 'tables' | 'rows' | 'secrets') => void = () => {},
): Promise<Shop> {
  const pglite = await freshPglite(folder);
  try {
    onStep('tables');
    await pglite.exec(await readBeside('schema.sql'));
    onStep('rows');
    const counts = await pglite.transaction(async (transaction) => {
      // Half of the time would go into checking keys that hold anyway; a test asks for orphans.
      await transaction.exec('SET LOCAL session_replication_role = replica');
      return fillShop((sql, parameters) => transaction.query(sql, parameters), options);
    });
    onStep('secrets');
    const secrets = await plantSecrets(async (sql, parameters = []) => {
      return (await pglite.query<Record<string, unknown>>(sql, parameters)).rows;
    });
    return { pglite, counts, secrets };
  } catch (error) {
    await pglite.close();
    throw error;
  }
}
