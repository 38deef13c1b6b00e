import { type ChangeSet, identity, pick } from '@hot-fixture/changes';
import { type ForeignKey, qualified, type Row, type Table } from '@hot-fixture/database';

/**
 * These tables with those of their foreign keys of which not every row is seen to point to one that
 * is there. Values are compared to the bit, as no database does it more strictly.
 * @param whole all rows of the tables that are in scope
 * @param includes whether a table is in scope
 */
export function withUnseenKeys(
  tables: readonly Table[],
  whole: ChangeSet,
  includes: (table: Pick<Table, 'schema' | 'name'>) => boolean,
): Table[] {
  const stored = new Map(whole.tables.map((it) => [qualified(it), it]));
  const targets = new Map<string, ReadonlySet<string>>();

  const keysOf = (name: string, columns: readonly string[]): ReadonlySet<string> => {
    const id = JSON.stringify([name, columns]);
    const known = targets.get(id) ?? new Set(valuesOf(stored.get(name), columns) ?? []);
    targets.set(id, known);
    return known;
  };
  const holds = (table: Table, { columns, target, targetColumns }: ForeignKey): boolean => {
    if (!includes(table) || !includes(target)) return false;
    const rows = stored.get(qualified(table));
    if (!rows) return true;
    const values = valuesOf(rows, columns);
    const keys = keysOf(qualified(target), targetColumns);
    return values?.every((it) => keys.has(it)) ?? false;
  };
  return tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.filter((it) => !holds(table, it)),
  }));
}

/** Without those that hold a NULL, which point to nothing; null where a column is not stored. */
function valuesOf(
  stored: ChangeSet['tables'][number] | undefined,
  columns: readonly string[],
): string[] | null {
  if (!stored) return [];
  const places = columns.map((it) => stored.columns.indexOf(it));
  if (places.includes(-1)) return null;
  const hasNull = (row: Row) => places.some((it) => row[it] === null);
  return stored.inserted.flatMap((row) => (hasNull(row) ? [] : identity(pick(row, places))));
}
