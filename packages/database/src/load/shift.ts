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
import type { Dataset, LooseReference, TableRows } from './dataset.js';

/** By how much keys are moved. */
export interface Shifts {
  /** By table, then by column. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** Columns that move only in some rows, by table. */
  readonly some: ReadonlyMap<string, readonly SomeRows[]>;
  /** Columns whose documents hold keys that would move, by table. */
  readonly within: ReadonlyMap<string, readonly KeysWithin[]>;
}

interface KeysWithin {
  readonly column: string;
  readonly reason: string;
}

/** A column that moves in the rows that have a value in another one. */
interface SomeRows {
  readonly column: string;
  readonly only: NonNullable<LooseReference['only']>;
  readonly by: bigint;
}

export const noShifts: Shifts = { columns: new Map(), some: new Map(), within: new Map() };

/**
 * Finds by how much the keys that come have to be moved, so that they lie behind those that are
 * there: whole numbers that are a primary key alone and no foreign key. What points to them moves
 * with them.
 * @param keep tables whose keys mean the same in both, such as lookup tables
 * @throws HFIT_LOAD_SHIFT where a column points to two tables that move by different amounts;
 *   HFIT_TABLE_UNKNOWN
 */
export async function findShifts(
  dialect: Dialect,
  session: Session,
  { tables, references = [] }: Pick<Dataset, 'tables' | 'references'>,
  keep: readonly string[],
): Promise<Shifts> {
  assertThere(tables, keep);
  const columns = new Map<string, Map<string, bigint>>();
  for (const table of tables) {
    columns.set(qualified(table), new Map());
    const name = surrogateOf(table, tables, references);
    if (name === null || keep.includes(qualified(table)) || keep.includes(table.name)) continue;
    const largest = await session.query(
      `SELECT max(${dialect.quote(name)}) FROM ${ownRowsOf(dialect, table)}`,
    );
    const last = BigInt(String(largest[0]?.[0] ?? 0));
    if (last > 0n) columns.get(qualified(table))?.set(name, last);
  }
  const whole = references.filter(({ only, isWithin }) => !only && !isWithin);
  for (let changed = true; changed; ) {
    changed = tables.some((table) => {
      const own = whole.filter((it) => sameTable(it.table, table));
      return [...table.foreignKeys, ...own].some((key) => follow(columns, tables, table, key));
    });
  }
  return { columns, ...someOf(columns, tables, references) };
}

function assertThere(tables: readonly Table[], keep: readonly string[]): void {
  const known = tables.flatMap((table) => [qualified(table), table.name]);
  const unknown = keep.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = tables.map(qualified).join(', ');
  const database = 'what is loaded';
  throw new HfitError('HFIT_TABLE_UNKNOWN', { table: unknown, database, tables: names });
}

/** What moves in some rows only, or cannot, by what the whole columns move that it points to. */
function someOf(
  columns: Shifts['columns'],
  tables: readonly Table[],
  references: readonly LooseReference[],
): Pick<Shifts, 'some' | 'within'> {
  const some = new Map<string, SomeRows[]>();
  const within = new Map<string, KeysWithin[]>();
  for (const { table, columns: own, target, targetColumns, only, isWithin } of references) {
    const [column = '', to = ''] = [own[0], targetColumns[0]];
    const by = columns.get(qualified(target))?.get(to);
    if (by === undefined || !tables.some((it) => sameTable(it, table))) continue;
    const name = qualified(table);
    const refuse = (reason: string) => new HfitError('HFIT_LOAD_SHIFT', { table: name, reason });
    if (isWithin) {
      const keys = `keys of ${qualified(target)}, which would move by ${by}`;
      const reason = `the documents in its column ${column} hold ${keys}`;
      within.set(name, [...(within.get(name) ?? []), { column, reason }]);
      continue;
    }
    if (!only) continue;
    if (columns.get(name)?.has(column)) {
      throw refuse(`${column} points to rows by ${only.column}, and moves as a whole too`);
    }
    some.set(name, [...(some.get(name) ?? []), { column, only, by }]);
  }
  return { some, within };
}

/** @returns whether something new was found */
function follow(
  shifts: Map<string, Map<string, bigint>>,
  tables: readonly Table[],
  table: Table,
  { columns, target, targetColumns }: Pick<ForeignKey, 'columns' | 'target' | 'targetColumns'>,
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

function surrogateOf(
  table: Table,
  tables: readonly Table[],
  references: readonly LooseReference[],
): string | null {
  const [name, ...more] = table.primaryKey?.columns ?? [];
  const column = table.columns.find((it) => it.name === name);
  if (!column || more.length > 0 || column.kind !== 'integer') return null;
  const own = references.filter((it) => !it.isWithin && sameTable(it.table, table));
  const points = [...table.foreignKeys, ...own].some(
    ({ columns, target }) =>
      columns.includes(column.name) && tables.some((it) => sameTable(it, target)),
  );
  return points ? null : column.name;
}

/**
 * The rows with their keys moved; bytes cannot be changed.
 * @throws HFIT_LOAD_SHIFT, from its batches, where a document comes that holds keys that would move
 */
export function shifted(part: TableRows, shifts: Shifts): TableRows {
  const { table, columns } = part;
  const of = shifts.columns.get(qualified(table));
  const some = shifts.some.get(qualified(table)) ?? [];
  const within = shifts.within.get(qualified(table)) ?? [];
  if (!of || of.size + some.length + within.length === 0) return part;
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const by = columns.map(({ name }) => of.get(name));
  const isKey = columns.map(({ name }) => table.primaryKey?.columns.includes(name));
  const chosen = some.map((it) => ({ ...it, at: at(it.column), type: at(it.only.column) }));
  const documents = within.map((it) => ({ ...it, at: at(it.column) }));
  const move = (row: Row): Row => {
    for (const { at, reason } of documents) {
      if ((row[at] ?? null) === null) continue;
      throw new HfitError('HFIT_LOAD_SHIFT', { table: qualified(table), reason });
    }
    const values = row.map((value, i) => {
      const distance = by[i];
      if (distance === undefined || value === null) return value;
      return moved(table, columns[i]?.name ?? '', value, distance, isKey[i] === true);
    });
    for (const { column, only, by: distance, at, type } of chosen) {
      const value = row[at] ?? null;
      if (value === null || String(row[type]) !== only.value) continue;
      values[at] = moved(table, column, value, distance, false);
    }
    return values;
  };
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for await (const batch of part.batches) yield batch.map(move);
  }
  return { table, columns, batches: batches() };
}

function moved(table: Table, column: string, value: Value, by: bigint, isKey: boolean): Value {
  const text = String(value);
  if (!/^-?\d+$/.test(text) || (isKey && BigInt(text) <= 0n)) {
    const reason = `${column} holds a key that cannot be moved: it has to be a whole number above 0`;
    throw new HfitError('HFIT_LOAD_SHIFT', { table: qualified(table), reason });
  }
  // What points to no key, as 0 does where nobody promised more, must not point to one then.
  if (BigInt(text) <= 0n) return value;
  const after = BigInt(text) + by;
  return typeof value === 'string' ? String(after) : after;
}

/**
 * An error of a load as one that tells that keys of the table stayed: those of a lookup table, which
 * are no whole numbers, run into the rows that are there.
 */
export function withKeyThatStays(
  error: unknown,
  dialect: Dialect,
  table: Table,
  { columns }: Shifts,
): unknown {
  const key = table.primaryKey?.columns;
  const moves = columns.get(qualified(table));
  const isOther = !(error instanceof HfitError) || error.code !== 'HFIT_LOAD_FAILED';
  if (isOther || !key || !moves || key.some((name) => moves.has(name))) return error;
  const reason = `its key (${key.join(', ')}) stays as it is, and a row was refused: ${dialect.explain(error.cause).reason}`;
  const { where } = error;
  const context = { cause: error, ...(where !== undefined && { where }) };
  return new HfitError('HFIT_LOAD_SHIFT', { table: qualified(table), reason }, context);
}
