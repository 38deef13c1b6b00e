import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from './dialect.js';
import { qualified, type Table } from './model.js';

/**
 * Lets no write begin that could not be taken back as a whole.
 * @throws HFIT_TABLE_NOT_ATOMIC
 */
export function assertAtomic(dialect: Dialect, tables: readonly Table[]): void {
  for (const table of tables) {
    const reason = dialect.notAtomic?.(table) ?? null;
    if (reason === null) continue;
    throw new HfitError('HFIT_TABLE_NOT_ATOMIC', { table: qualified(table), reason });
  }
}
