import type { Table } from './model.js';

/**
 * The columns that tell the rows of a table apart: its primary key, or another unique key, if none
 * of its columns can be null. A key of a generated column is none: what is noted, compared and
 * written of a row holds no generated ones. Null where only whole rows can be compared.
 */
export function rowKey(table: Table): readonly string[] | null {
  const unfit = new Set(
    table.columns.filter((it) => it.nullable || it.generated).map(({ name }) => name),
  );
  const keys = table.primaryKey ? [table.primaryKey, ...table.uniques] : table.uniques;
  return keys.find(({ columns }) => !columns.some((it) => unfit.has(it)))?.columns ?? null;
}
