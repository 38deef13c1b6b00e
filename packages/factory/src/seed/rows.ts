import { HfitError } from '@hot-fixture/errors';

/**
 * Reads `users=1000,orders=20000`.
 * @throws HFIT_SEED_ROWS
 */
export function rowsOf(text: string): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, table, count] = /^\s*([^=]+?)\s*=\s*([\d_]+)\s*$/.exec(part) ?? [];
    const number = Number(count?.replaceAll('_', ''));
    const isTwice = table !== undefined && Object.hasOwn(rows, table);
    if (table === undefined || isTwice || !Number.isSafeInteger(number)) {
      throw new HfitError('HFIT_SEED_ROWS', { text });
    }
    rows[table] = number;
  }
  return rows;
}
