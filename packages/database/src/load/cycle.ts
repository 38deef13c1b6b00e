import { HfitError } from '@hot-fixture/errors';
import type { Reference } from '../dialect.js';
import { qualified, sameTable, type Table, type TableName } from '../model.js';
import { nullableOf } from './later.js';

/**
 * Keys that no order of the tables serves, and that can neither be put off nor be null for a while:
 * a row that comes before its target is refused.
 * @param stuck keys of cycles that the role cannot put off
 * @param tables in the order in which they are written
 */
export function unserved(
  stuck: readonly Reference[],
  tables: readonly TableName[],
): readonly Reference[] {
  const place = (name: TableName) => tables.findIndex((it) => sameTable(it, name));
  return stuck.filter((it) => {
    const { table, foreignKey } = it;
    return place(foreignKey.target) > place(table) && nullableOf(it) === null;
  });
}

/** An error of a load as one that names the cycle, where the table has such a key. */
export function withCycle(
  error: unknown,
  table: Table,
  references: readonly Reference[],
  tables: readonly Table[],
): unknown {
  const found = references.find((it) => sameTable(it.table, table));
  if (!found || !(error instanceof HfitError) || error.code !== 'HFIT_LOAD_FAILED') return error;
  const values = { table: qualified(table), cycle: cycleOf(found, tables).join(' → ') };
  return new HfitError('HFIT_LOAD_CYCLE', values, { cause: error });
}

/** The shortest way from a key back to its table, as `table (columns)`. */
function cycleOf({ table, foreignKey }: Reference, tables: readonly Table[]): string[] {
  const words = (of: TableName, columns: readonly string[]) =>
    `${qualified(of)} (${columns.join(', ')})`;
  const start = words(table, foreignKey.columns);
  let ways = [{ at: foreignKey.target, path: [start] }];
  for (let step = 0; step < tables.length; step++) {
    const home = ways.find(({ at }) => sameTable(at, table));
    if (home) return [...home.path, qualified(table)];
    ways = ways.flatMap(({ at, path }) => {
      const keys = tables.find((it) => sameTable(it, at))?.foreignKeys ?? [];
      return keys.map((key) => ({ at: key.target, path: [...path, words(at, key.columns)] }));
    });
  }
  return [start];
}
