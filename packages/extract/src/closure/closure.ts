import {
  type Column,
  type Dialect,
  qualified,
  type Row,
  type Snapshot,
  type Spelling,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { bringChildren, type ChildrenRules } from './children.js';
import { chunkSize, type KeySet, KeyStore } from './key-store.js';
import type { Entry, Why } from './keys.js';
import type { Meter } from './meter.js';
import { Optional } from './optional.js';
import { pointsTo } from './points-to.js';
import { Positions } from './positions.js';
import type { Reason } from './reason.js';
import { columnsOfRelation, type Relation } from './relation.js';
import {
  BySpelling,
  keyOf,
  type Noted,
  type Reference,
  type Visited,
  visitedOf,
} from './visited.js';

/** How many values of a reference are remembered, so that they are not noted again. */
const remembered = 20_000;
/** Of how many characters at most: long ones would fill the memory. */
const longest = 100;

/** Where rows come from, and which of their references count. */
export interface Ground {
  readonly snapshot: Snapshot;
  readonly dialect: Dialect;
  /** Those that are followed; others are as if they were not there. */
  readonly relations: readonly Relation[];
  /** Of these, those that are set to null where their target does not come. */
  readonly isOptional: (relation: Relation) => boolean;
  readonly meter: Meter;
  /** Whether the policy does not let its values leave as they are. */
  readonly isHidden: (table: Table, column: Column) => boolean;
  /** Whether the order of its rows tells nothing that the policy hides. */
  readonly isOrderKept: (table: Table) => boolean;
  /** A secret order of the numbers below a size, the same in each run. */
  readonly mixed: (table: Table, size: number) => (index: number) => number;
  /** Ends the search, and the reading, between two of their questions. */
  readonly signal?: AbortSignal | undefined;
}

/** Rows that are asked for: in batches, with the columns of the key and of the references. */
export interface Asked {
  readonly table: Table;
  readonly reason: Reason;
  readonly read: (columns: readonly Column[]) => AsyncIterable<readonly Row[]>;
  /** About how many they are. */
  readonly count: () => Promise<number>;
}

/** The rows of one export: those asked for, whole tables, and how far children come. */
export interface Wanted {
  readonly starts: readonly Asked[];
  readonly lookups: readonly Asked[];
  readonly children: ChildrenRules | null;
}

/**
 * The rows that were asked for, those that they bring, and every row that all of them need:
 * references are followed from row to row until nothing new comes. The rows are found by their
 * keys, each once, so cycles end and no row comes without a reason.
 */
export class Closure {
  readonly ground: Ground;
  readonly #store = new KeyStore();
  readonly #visited = new Map<string, Visited>();
  readonly #noted = new Map<string, Noted>();
  readonly #reasons: Reason[] = [];
  readonly #numbers = new Map<Relation, Record<'parent' | 'child', number>>();
  readonly #optional: Optional;

  constructor(ground: Ground) {
    this.ground = ground;
    this.#optional = new Optional(ground.snapshot, (it) => this.#newSet(it.target, it.columns));
  }

  /**
   * Adds the keys of the rows of an export. The rows are read later, by `rows`.
   * @returns how many start rows there are
   * @throws HFIT_BUDGET_ROWS, HFIT_SUBSET_KEY, and what reading throws
   */
  async collect({ starts, lookups, children }: Wanted): Promise<number> {
    const begun = new Map<Visited, Positions>();
    const startSet = (visited: Visited) => {
      const set = begun.get(visited) ?? new Positions();
      begun.set(visited, set);
      return set;
    };
    for (const start of starts) {
      const visited = this.visit(start.table);
      const set = startSet(visited);
      await this.#ask(start, (positions) => {
        for (const position of positions) set.add(position);
      });
    }
    const count = [...begun.values()].reduce((sum, { size }) => sum + size, 0);
    for (const lookup of lookups) await this.#ask(lookup, () => {});
    if (children) await bringChildren(this, children, begun);
    await this.#followAll();
    return count;
  }

  /** To be called after the last `collect`, before the first `rows`. */
  finish(): Promise<void> {
    return this.#optional.settle((table) => this.#visited.get(qualified(table)));
  }

  /** How many rows of a table belong to the closure so far. */
  count(table: Table): number {
    return this.#visited.get(qualified(table))?.rows.size ?? 0;
  }

  /** The tables that have rows in it. */
  get tables(): readonly Table[] {
    return [...this.#visited.values()].map(({ table }) => table);
  }

  /**
   * The rows of a table that belong to the closure. Where a key is hidden, in a secret order: rows
   * come in the order of those that brought them, and that would tell the ranks of such keys.
   * @param from the first to give, and `to` the one after the last, as `count` told them
   */
  async *rows(
    table: Table,
    columns: readonly Column[],
    from: number,
    to: number,
    spelling?: Spelling,
  ): AsyncGenerator<Row[]> {
    const visited = this.#visited.get(qualified(table));
    if (!visited) return;
    const { snapshot, signal } = this.ground;
    const { rows: known, key } = visited;
    const mixed = this.#isOrderHidden ? this.ground.mixed(table, to - from) : null;
    const chunk = (after: number) => {
      if (!mixed) return known.chunk(after, to, chunkSize);
      const length = Math.min(chunkSize, to - after);
      return Array.from(
        { length },
        (_, i) => known.at(from + mixed(after - from + i) + 1) as Entry,
      );
    };
    const ask = (after: number) => {
      signal?.throwIfAborted();
      if (after >= to) return null;
      const keys = chunk(after).map((it) => it.key);
      const rows = snapshot.byKeys(table, columns, key, keys, spelling);
      rows.catch(() => {});
      return rows;
    };
    // The server looks for the next rows while these are worked on.
    let asked = ask(from);
    try {
      for (let after = from + chunkSize; asked; after += chunkSize) {
        const rows: Row[] = await asked;
        asked = ask(after);
        yield this.#optional.without(visited, columns, rows);
      }
    } finally {
      await asked?.catch(() => {});
    }
  }

  /** The rows of a table, as they are known by their keys: the key, and why each came. */
  entries(table: Table): Iterable<readonly Entry[]> {
    const rows = this.#visited.get(qualified(table))?.rows;
    return rows ? rows.chunks(0, rows.size, chunkSize) : [];
  }

  /** The row at a position of a table. */
  entry(table: Table, position: number): Entry | null {
    return this.#visited.get(qualified(table))?.rows.at(position) ?? null;
  }

  reason({ reason }: Why): Reason {
    return this.#reasons[reason] as Reason;
  }

  close(): void {
    this.#store.close();
  }

  visit(table: Table): Visited {
    const name = qualified(table);
    const known = this.#visited.get(name);
    if (known) return known;
    const references = this.ground.relations
      .filter((relation) => relation.table === table)
      .map((relation) => this.#reference(relation));
    const key = keyOf(table, this.ground.dialect);
    const visited = visitedOf(table, key, this.#newSet(table, key), references);
    this.#visited.set(name, visited);
    return visited;
  }

  /**
   * Takes rows of `read` columns: new ones are kept, and what they point to is noted.
   * @param why of a row that is new
   * @returns their positions
   */
  take(visited: Visited, rows: readonly Row[], why: (row: Row) => Why): number[] {
    const { key, rows: known, references } = visited;
    const { dialect, meter } = this.ground;
    const counts = new Map<number, number>();
    const positions = rows.map((row) => {
      const values = row.slice(0, key.length);
      const because = why(row);
      const position = known.add(values, because);
      if (position === null) return known.find(values) as number;
      counts.set(because.reason, (counts.get(because.reason) ?? 0) + 1);
      let at = key.length;
      for (const { relation, noted, reason, width } of references) {
        const looked = row.slice(at, at + width);
        at += width;
        for (const pointed of pointsTo(dialect, relation, looked)) {
          if (this.#isKnown(noted, pointed)) continue;
          noted.values.add(pointed, { reason, origin: position });
        }
      }
      return position;
    });
    for (const [reason, rows] of counts) meter.add(this.#reasons[reason] as Reason, rows);
    return positions;
  }

  /** Whether the row is there already, or was noted a while ago: most rows point to few. */
  #isKnown({ target, isKey, seen }: Noted, pointed: Row): boolean {
    const text = pointed.length === 1 ? (pointed[0] as Value) : null;
    if (typeof text === 'bigint' || (typeof text === 'string' && text.length <= longest)) {
      if (seen.has(text)) return true;
      if (seen.size >= remembered) seen.clear();
      seen.add(text);
    }
    if (!isKey) return false;
    return (this.#visited.get(qualified(target))?.rows.find(pointed) ?? null) !== null;
  }

  /** The number of a reason that a relation gives. */
  numberOf(relation: Relation, kind: 'parent' | 'child'): number {
    let numbers = this.#numbers.get(relation);
    if (!numbers) {
      const parent = this.#reasons.push({ kind: 'parent', relation }) - 1;
      const child = this.#reasons.push({ kind: 'child', relation }) - 1;
      numbers = { parent, child };
      this.#numbers.set(relation, numbers);
    }
    return numbers[kind];
  }

  async #ask(
    { table, reason, read }: Asked,
    onRows: (positions: readonly number[]) => void,
  ): Promise<void> {
    const { signal } = this.ground;
    signal?.throwIfAborted();
    const visited = this.visit(table);
    const why = { reason: this.#reasons.push(reason) - 1, origin: 0 };
    for await (const batch of read(visited.read)) {
      signal?.throwIfAborted();
      onRows(this.take(visited, batch, () => why));
    }
  }

  /** Looks up what was noted, until nothing new comes. */
  async #followAll(): Promise<void> {
    const { snapshot, signal } = this.ground;
    for (let noted = this.#next(); noted; noted = this.#next()) {
      signal?.throwIfAborted();
      const { columns, values } = noted;
      const entries = values.chunk(noted.done, values.size, chunkSize);
      noted.done += entries.length;
      const target = this.visit(noted.target);
      const asked = new BySpelling<Entry>();
      for (const entry of entries) asked.add(entry.key, entry);
      const keys = entries.map(({ key }) => key);
      const read = [...target.read, ...columns];
      const rows = await snapshot.byKeys(noted.target, read, columns, keys);
      this.take(
        target,
        rows,
        (row) => asked.find(row.slice(target.read.length)) ?? (entries[0] as Entry),
      );
    }
  }

  #next(): Noted | undefined {
    for (const noted of this.#noted.values()) if (noted.values.size > noted.done) return noted;
    return undefined;
  }

  get #isOrderHidden(): boolean {
    return this.tables.some((table) => !this.ground.isOrderKept(table));
  }

  #newSet(table: Table, columns: readonly Column[]): KeySet {
    return this.#store.set(columns.map((column) => this.ground.isHidden(table, column)));
  }

  #reference(relation: Relation): Reference {
    const { target, targetColumns } = relation;
    const isOptional = this.ground.isOptional(relation);
    const name = `${qualified(target)}(${targetColumns.map((it) => it.name).join()})`;
    const all = isOptional ? this.#optional.noted : this.#noted;
    let noted = all.get(name);
    if (!noted) {
      const values = this.#newSet(target, targetColumns);
      const key = target.primaryKey?.columns.join('\0');
      const isKey = !isOptional && key === targetColumns.map((it) => it.name).join('\0');
      noted = { target, columns: targetColumns, values, done: 0, isKey, seen: new Set() };
      all.set(name, noted);
    }
    const width = columnsOfRelation(relation).length;
    return { relation, width, reason: this.numberOf(relation, 'parent'), noted, isOptional };
  }
}
