import { HfitError } from '@hot-fixture/errors';
import { type Dialect, ownRowsOf } from '../dialect.js';
import type { Session } from '../driver.js';
import {
  type ForeignKey,
  qualified,
  type Row,
  sameTable,
  type Table,
  type Value,
} from '../model.js';
import type { TableRows } from './dataset.js';

/** By how much keys are moved: by table, then by column. */
export type Shifts = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

/**
 * Finds by how much the keys that come have to be moved, so that they lie behind those that are
 * there: whole numbers that are a primary key alone and no foreign key. What points to them moves
 * with them.
 * @param tables what comes, with all references that are known
 * @param keep tables whose keys mean the same in both, such as lookup tables
 * @throws HFIT_LOAD_SHIFT where a column points to two tables that move by different amounts
 */
export async function findShifts(
  dialect: Dialect,
  session: Session,
  tables: readonly Table[],
  keep: readonly string[],
): Promise<Shifts> {
  const shifts = new Map<string, Map<string, bigint>>();
  for (const table of tables) {
    shifts.set(qualified(table), new Map());
    const name = surrogateOf(table, tables);
    if (name === null || keep.includes(qualified(table)) || keep.includes(table.name)) continue;
    const largest = await session.query(
      `SELECT max(${dialect.quote(name)}) FROM ${ownRowsOf(dialect, table)}`,
    );
    const last = BigInt(String(largest[0]?.[0] ?? 0));
    if (last > 0n) shifts.get(qualified(table))?.set(name, last);
  }
  for (let changed = true; changed; ) {
    changed = tables.some((table) =>
      table.foreignKeys.some((key) => follow(shifts, tables, table, key)),
    );
  }
  return shifts;
}

/** @returns whether something new was found */
function follow(
  shifts: Map<string, Map<string, bigint>>,
  tables: readonly Table[],
  table: Table,
  { columns, target, targetColumns }: ForeignKey,
): boolean {
  if (!tables.some((it) => sameTable(it, target))) return false;
  const own = shifts.get(qualified(table)) as Map<string, bigint>;
  return columns.some((name, i) => {
    const by = shifts.get(qualified(target))?.get(targetColumns[i] as string);
    const before = own.get(name);
    if (by === undefined || before === by) return false;
    if (before !== undefined) {
      const reason = `${name} points to rows that move by ${before} and by ${by}`;
      throw new HfitError('HFIT_LOAD_SHIFT', { table: qualified(table), reason });
    }
    own.set(name, by);
    return true;
  });
}

function surrogateOf(table: Table, tables: readonly Table[]): string | null {
  const [name, ...more] = table.primaryKey?.columns ?? [];
  const column = table.columns.find((it) => it.name === name);
  if (!column || more.length > 0 || column.kind !== 'integer') return null;
  const points = table.foreignKeys.some(
    ({ columns, target }) =>
      columns.includes(column.name) && tables.some((it) => sameTable(it, target)),
  );
  return points ? null : column.name;
}

/** The rows with their keys moved; bytes cannot be changed. */
export function shifted(part: TableRows, shifts: Shifts): TableRows {
  const of = shifts.get(qualified(part.table));
  if (!of || of.size === 0) return part;
  const by = part.columns.map(({ name }) => of.get(name));
  const isKey = part.columns.map(({ name }) => part.table.primaryKey?.columns.includes(name));
  const move = (value: Value, i: number): Value => {
    const distance = by[i];
    if (distance === undefined || value === null) return value;
    return moved(part.table, part.columns[i]?.name ?? '', value, distance, isKey[i] === true);
  };
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for await (const batch of part.batches) yield batch.map((row) => row.map(move));
  }
  return { table: part.table, columns: part.columns, batches: batches() };
}

function moved(table: Table, column: string, value: Value, by: bigint, isKey: boolean): Value {
  const text = String(value);
  if (!/^-?\d+$/.test(text) || (isKey && BigInt(text) <= 0n)) {
    const reason = `${column} holds a key that cannot be moved: it has to be a whole number above 0`;
    throw new HfitError('HFIT_LOAD_SHIFT', { table: qualified(table), reason });
  }
  const after = BigInt(text) + by;
  return typeof value === 'string' ? String(after) : after;
}
