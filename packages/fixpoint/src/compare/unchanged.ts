import { type ChangeSet, identity } from '@hot-fixture/changes';
import {
  type Column,
  type Database,
  qualified,
  type Row,
  rowKey,
  sameTable,
  type Table,
  type TableName,
  type Value,
} from '@hot-fixture/database';
import type { Domains } from './domains.js';
import type { Complete } from './free.js';
import type { Sides } from './sides.js';

/** Rows that did not change but hold generated keys of rows that did, or that such rows hold. */
export interface Unchanged {
  readonly rows: ReadonlyMap<Table, readonly Row[]>;
  /** Of these values, all rows that hold them are here or in the difference. */
  readonly complete: Complete;
}

/** Reads the rows of the found state whose column holds one of some values. */
export type ReadRows = (
  table: Table,
  columns: readonly Column[],
  column: Column,
  values: readonly Value[],
) => Promise<readonly Row[]>;

/** How many rows are read at most to find out whether keys were only renumbered. */
const mostRows = 5_000;
const batchSize = 500;

/**
 * Follows the generated keys of a difference into the rows around it, until no row is left that
 * points to one of them.
 * @param isWide also the keys of tables of which no row changed: two of their rows that are alike
 *   may have changed places
 * @returns null where that would be too many rows; then keys that both states have stay themselves
 */
export async function readUnchanged(
  found: ChangeSet,
  sides: readonly Sides[],
  domains: Domains,
  read: ReadRows,
  isWide: boolean,
): Promise<Unchanged | null> {
  const there = new Present(found);
  const rows = new Map<Table, Row[]>();
  const known = domains.all.map(() => new Set<string>());
  const waiting = domains.all.map(() => new Map<string, Value>());
  const want = (domain: number, value: Value) => {
    const id = identity([value]);
    if (value !== null && !known[domain]?.has(id)) waiting[domain]?.set(id, value);
  };
  const wantAll = (table: TableName, columns: readonly string[], row: Row) => {
    columns.forEach((column, place) => {
      const domain = domains.of(table, column);
      if (domain === undefined) return;
      if (isWide || moves(sides, domains, domain)) want(domain, row[place] as Value);
    });
  };
  for (const table of sides) {
    for (const row of [...table.expected, ...table.found]) wantAll(table, table.columns, row);
  }
  let count = 0;
  for (;;) {
    const domain = waiting.findIndex((values) => values.size > 0);
    if (domain === -1) return { rows, complete: known };
    const values = [...(waiting[domain] ?? [])].slice(0, batchSize);
    for (const [id] of values) {
      waiting[domain]?.delete(id);
      known[domain]?.add(id);
    }
    for (const place of domains.all[domain]?.places ?? []) {
      const columns = place.table.columns.filter(({ generated }) => generated === null);
      const names = columns.map(({ name }) => name);
      const column = columns[names.indexOf(place.column)] as Column;
      const rowsThere = await read(
        place.table,
        columns,
        column,
        values.map(([, it]) => it),
      );
      const around = there.unchanged(place.table, names, rowsThere);
      count += around.length;
      if (count > mostRows) return null;
      if (around.length === 0) continue;
      rows.set(place.table, [...(rows.get(place.table) ?? []), ...around]);
      for (const row of around) wantOwn(domains, place.table, names, row, want);
    }
  }
}

/** Where no row of its own table changed, a generated key has no other number. */
function moves(sides: readonly Sides[], domains: Domains, domain: number): boolean {
  const origin = domains.all[domain]?.origin.table;
  return origin !== undefined && sides.some((it) => sameTable(it, origin));
}

/** A row that did not change may take part in a renaming by its own key, so that counts, too. */
function wantOwn(
  domains: Domains,
  table: Table,
  names: readonly string[],
  row: Row,
  want: (domain: number, value: Value) => void,
): void {
  for (const [number, { origin }] of domains.all.entries()) {
    if (origin.table === table) want(number, row[names.indexOf(origin.column)] as Value);
  }
}

/** Tells rows that did not change from those of the difference. */
class Present {
  readonly #changed = new Map<string, number>();
  readonly #seen = new Set<string>();

  constructor({ tables }: ChangeSet) {
    for (const table of tables) {
      for (const row of [...table.inserted, ...table.updated.map(({ after }) => after)]) {
        const id = idOf(table, table.columns, table.key, row);
        this.#changed.set(id, (this.#changed.get(id) ?? 0) + 1);
      }
    }
  }

  /**
   * Those that did not change, and were not among the rows of an earlier call.
   * @param rows of a table without a key, all that are the same as one of them
   */
  unchanged(table: Table, columns: readonly string[], rows: readonly Row[]): Row[] {
    const counts = new Map<string, number>();
    const key = rowKey(table);
    return rows.filter((row) => {
      const id = idOf(table, columns, key, row);
      const left =
        counts.get(id) ?? (this.#seen.has(id) ? rows.length : this.#changed.get(id)) ?? 0;
      this.#seen.add(id);
      counts.set(id, left - 1);
      return left <= 0;
    });
  }
}

function idOf(
  table: TableName,
  columns: readonly string[],
  key: readonly string[] | null,
  row: Row,
): string {
  const values = (key ?? columns).map((column) => row[columns.indexOf(column)] as Value);
  return `${qualified(table)} ${identity(values)}`;
}

/** Reads them from a database, in a moment of its own. */
export function readFrom(database: Database): ReadRows {
  return async (table, columns, column, values) => {
    const snapshot = await database.snapshot();
    try {
      const keys = values.map((value) => [value]);
      return await snapshot.byKeys(table, columns, [column], keys);
    } finally {
      await snapshot.close();
    }
  };
}
