import { type ChangeSet, identity, type TableChanges } from '@hot-fixture/changes';
import {
  qualified,
  type Row,
  type Schema,
  type TableName,
  type Value,
} from '@hot-fixture/database';
import { rowInWords } from './row-in-words.js';

/**
 * Rows of a whole state that point to a row that is not there, in words. Some collations take texts
 * for the same that differ in case or in spaces at their end, so these make no difference here.
 * @param excluded tables that are no part of the state, as `table` or `schema.table`
 */
export function leftOverRows(
  state: ChangeSet,
  { tables }: Pick<Schema, 'tables'>,
  excluded: readonly string[],
): string[] {
  const stored = new Map(state.tables.map((it) => [qualified(it), it]));
  const isStored = (it: TableName) =>
    ![it.name, qualified(it)].some((name) => excluded.includes(name));
  return tables.flatMap((table) => {
    const rows = stored.get(qualified(table));
    const keys = table.foreignKeys.filter(({ target }) => rows && isStored(target));
    return keys.flatMap(({ columns, target, targetColumns }) => {
      const there = new Set(
        pointers(stored.get(qualified(target)), targetColumns).map(({ id }) => id),
      );
      const lost = pointers(rows, columns).filter(({ id }) => !there.has(id));
      const words = `it points to a row of ${qualified(target)} that is not there`;
      return lost.map(({ row }) => `${at(rows as TableChanges, row)}: ${words}`);
    });
  });
}

function at(table: TableChanges, row: Row): string {
  const names = table.key ?? table.columns;
  return rowInWords(table, names, valuesOf(table, names, row));
}

/** What rows hold in some columns; one that holds a NULL points to nothing. */
function pointers(table: TableChanges | undefined, columns: readonly string[]) {
  return (table?.inserted ?? []).flatMap((row) => {
    const values = valuesOf(table as TableChanges, columns, row);
    if (values.some((it) => it === null || it === undefined)) return [];
    return { row, id: identity(values.map(alike)) };
  });
}

function valuesOf({ columns }: TableChanges, names: readonly string[], row: Row): Row {
  return names.map((name) => row[columns.indexOf(name)] as Value);
}

const alike = (value: Value) => (typeof value === 'string' ? value.trimEnd().toLowerCase() : value);
