import {
  type ChangeSet,
  compareRows,
  compareTexts,
  diff,
  pick,
  type SequenceChange,
  type State,
  sameRow,
  type TableChanges,
} from '@hot-fixture/changes';
import { qualified, type Row, rowKey, type SequenceState, type Table } from '@hot-fixture/database';
import { ownColumns } from './stored.js';

/**
 * What would have to happen to `before` to make it `after`, both of one schema. Tables that are
 * empty or the same on both sides are told at a glance; the others go to `diff`.
 */
export async function differenceOf(before: State, after: State): Promise<ChangeSet> {
  const { schema } = after;
  const plain: TableChanges[] = [];
  const others = new Map<string, readonly [Row[], Row[]]>();
  for (const table of schema.tables) {
    const rows = [await sortedRows(before, table), await sortedRows(after, table)] as const;
    const [a, b] = rows;
    if (a.length === b.length && a.every((row, i) => sameRow(row, b[i] as Row))) continue;
    if (a.length > 0 && b.length > 0) others.set(qualified(table), rows);
    else plain.push({ ...headOf(table), inserted: b, deleted: a, updated: [] });
  }
  const rest = await diff(
    held(schema, others, 0, await before.sequences()),
    held(schema, others, 1, await after.sequences()),
  );
  const byName = (a: TableChanges, b: TableChanges) =>
    compareTexts(a.schema, b.schema) || compareTexts(a.name, b.name);
  return { ...rest, tables: [...plain, ...rest.tables].sort(byName) };
}

/** All that a state holds, as rows that are new. */
export async function wholeOf(state: State): Promise<ChangeSet> {
  const tables: TableChanges[] = [];
  for (const table of state.schema.tables) {
    const inserted = await sortedRows(state, table);
    if (inserted.length === 0) continue;
    tables.push({ ...headOf(table), inserted, updated: [], deleted: [] });
  }
  const sequences = (await state.sequences()).flatMap(
    ({ schema, name, value }): SequenceChange[] =>
      value ? [{ schema, name, before: null, after: value }] : [],
  );
  const byName = (a: SequenceChange | TableChanges, b: typeof a) =>
    compareTexts(a.schema, b.schema) || compareTexts(a.name, b.name);
  return {
    dialect: state.schema.dialect,
    tables: tables.sort(byName),
    sequences: sequences.sort(byName),
  };
}

function headOf(table: Table) {
  const { schema, name } = table;
  const columns = ownColumns(table).map((column) => column.name);
  return { schema, name, columns, key: rowKey(table) };
}

/** Rows in the order of their keys, as people expect it. */
async function sortedRows(state: State, table: Table): Promise<Row[]> {
  const columns = ownColumns(table);
  const rows: Row[] = [];
  for await (const batch of state.rows(table, columns)) for (const row of batch) rows.push(row);
  const key = rowKey(table);
  const places = key?.map((name) => columns.findIndex((it) => it.name === name)) ?? null;
  return sorted(rows, places);
}

/** @param places of the key; null where whole rows are compared */
export function sorted(rows: Row[], places: readonly number[] | null): Row[] {
  const [place, more] = places ?? [];
  if (place !== undefined && more === undefined) {
    const numbers = rows.map((row) => smallNumber(row[place]));
    // Numbers are compared a thousand times faster than values of any sort.
    if (numbers.every((it) => it !== null)) {
      const order = numbers.map((_, i) => i);
      order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
      return order.map((i) => rows[i] as Row);
    }
  }
  const keyOf = (row: Row) => (places ? pick(row, places) : row);
  return rows.sort((a, b) => compareRows(keyOf(a), keyOf(b)));
}

function smallNumber(value: Row[number] | undefined): number | null {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : null;
  }
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** A state whose rows are in memory. */
function held(
  schema: State['schema'],
  rows: ReadonlyMap<string, readonly [Row[], Row[]]>,
  side: 0 | 1,
  sequences: readonly SequenceState[],
): State {
  const tables = schema.tables.filter((it) => rows.has(qualified(it)));
  return {
    schema: { ...schema, tables },
    async *rows(table) {
      yield rows.get(qualified(table))?.[side] ?? [];
    },
    sequences: async () => sequences,
  };
}
