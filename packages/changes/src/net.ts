import type { Row, RowUpdate, TableName } from '@hot-fixture/database';
import type { TableChanges } from './change-set.js';
import { compareRows, compareTexts, identity, pick, sameRow } from './value.js';

interface Counted {
  readonly row: Row;
  count: number;
}

/** Adds up what happened to the rows of one table; what comes and goes again leaves nothing. */
export class NetChanges {
  readonly #table: TableName;
  readonly #columns: readonly string[];
  readonly #key: readonly string[] | null;
  readonly #places: readonly number[];
  readonly #rows = new Map<string, { before: Row | null; after: Row | null }>();
  readonly #counts = new Map<string, Counted>();

  /** @param key columns that tell rows apart; null where rows are counted whole */
  constructor(table: TableName, columns: readonly string[], key: readonly string[] | null) {
    this.#table = table;
    this.#columns = columns;
    this.#key = key;
    this.#places = (key ?? []).map((name) => columns.indexOf(name));
  }

  /** A row that was there. False where a row of its key was said to be there already. */
  before(row: Row): boolean {
    if (this.#key === null) return this.#count(row, -1);
    const id = this.#idOf(row);
    const entry = this.#rows.get(id);
    if (!entry) this.#rows.set(id, { before: row, after: null });
    else if (entry.before) return false;
    else this.#settle(id, row, entry.after);
    return true;
  }

  /** A row that is there now. */
  after(row: Row): boolean {
    if (this.#key === null) return this.#count(row, 1);
    const id = this.#idOf(row);
    const entry = this.#rows.get(id);
    if (!entry) this.#rows.set(id, { before: null, after: row });
    else if (entry.after) return false;
    else this.#settle(id, entry.before, row);
    return true;
  }

  /** Continues with a row that goes; false where, so far, another row or none is there. */
  remove(row: Row): boolean {
    if (this.#key === null) return this.#count(row, -1);
    const id = this.#idOf(row);
    const entry = this.#rows.get(id);
    if (!entry) this.#rows.set(id, { before: row, after: null });
    else if (!entry.after || !sameRow(entry.after, row)) return false;
    else this.#settle(id, entry.before, null);
    return true;
  }

  /** Nothing, if the two are the same. */
  #settle(id: string, before: Row | null, after: Row | null): void {
    const same = before && after ? sameRow(before, after) : before === after;
    if (same) this.#rows.delete(id);
    else this.#rows.set(id, { before, after });
  }

  #count(row: Row, by: number): true {
    const id = identity(row);
    const entry = this.#counts.get(id);
    if (!entry) this.#counts.set(id, { row, count: by });
    else if (entry.count + by === 0) this.#counts.delete(id);
    else entry.count += by;
    return true;
  }

  #idOf(row: Row): string {
    return identity(pick(row, this.#places));
  }

  /** The net of it, in the order of the keys; null where nothing is left. */
  changes(): TableChanges | null {
    const inserted: Row[] = [];
    const updated: RowUpdate[] = [];
    const deleted: Row[] = [];
    for (const { row, count } of this.#counts.values()) {
      const list = count > 0 ? inserted : deleted;
      for (let n = Math.abs(count); n > 0; n -= 1) list.push(row);
    }
    for (const { before, after } of this.#rows.values()) {
      if (before && after) updated.push({ before, after });
      else if (before) deleted.push(before);
      else if (after) inserted.push(after);
    }
    if (inserted.length + updated.length + deleted.length === 0) return null;
    const keyOf = (row: Row) => (this.#key === null ? row : pick(row, this.#places));
    const byKey = (a: Row, b: Row) => compareRows(keyOf(a), keyOf(b));
    const { schema, name } = this.#table;
    return {
      schema,
      name,
      columns: this.#columns,
      key: this.#key,
      inserted: inserted.sort(byKey),
      updated: updated.sort((a, b) => byKey(a.before, b.before)),
      deleted: deleted.sort(byKey),
    };
  }
}

/** Tables and sequences stand in the order of their names. */
export function byName(a: TableName, b: TableName): number {
  return compareTexts(a.schema, b.schema) || compareTexts(a.name, b.name);
}
