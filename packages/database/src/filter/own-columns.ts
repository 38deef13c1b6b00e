import { HfitError } from '@hot-fixture/errors';
import { qualified, type Schema, type Table } from '../model.js';
import type { Filter } from './tree.js';

/**
 * Refuses a filter that names another table before a column: a filter is of one table, and
 * `customers.id = 1` is no question about the id of an order.
 * @param schema tells what may stand before the name of the table; without it only that name counts
 * @throws HFIT_COLUMN_UNKNOWN
 */
export function assertOwnColumns(filter: Filter, table: Table, schema?: Schema): void {
  for (const column of filter.qualified ?? []) {
    const [name = '', ...before] = column.slice(0, -1).reverse();
    if (isName(name, table, schema) && (!schema || isPlace(before, table, schema))) continue;
    throw new HfitError('HFIT_COLUMN_UNKNOWN', {
      table: qualified(table),
      column: column.join('.'),
      columns: table.columns.map((it) => it.name).join(', '),
    });
  }
}

/** In another case only where no other table has that name to the letter. */
function isName(name: string, table: Table, schema: Schema | undefined): boolean {
  if (name === table.name) return true;
  const isOther = (it: Table) => it.schema === table.schema && it.name === name;
  return name.toLowerCase() === table.name.toLowerCase() && !schema?.tables.some(isOther);
}

/** Nothing, its schema, its database where the schema is the usual one, or both. */
function isPlace(before: readonly string[], table: Table, schema: Schema): boolean {
  const [nearest, next, ...more] = before;
  if (nearest === undefined) return true;
  if (next !== undefined) {
    return more.length === 0 && nearest === table.schema && next === schema.database;
  }
  const isUsual = table.schema === schema.defaultSchema && nearest === schema.database;
  return isUsual || (nearest === table.schema && table.schema !== '');
}
