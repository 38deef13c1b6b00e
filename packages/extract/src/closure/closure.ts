import {
  type Column,
  type ForeignKey,
  findColumn,
  qualified,
  type Row,
  type Selection,
  type Snapshot,
  type Spelling,
  sameTable,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type KeySet, KeyStore } from './key-store.js';

/** How many keys go into one question. */
const chunkSize = 1000;

/** Foreign keys that are followed; those whose columns stay behind are not. */
export type Followed = (table: Table, foreignKey: ForeignKey) => boolean;

/** The tables that can be reached from one by foreign keys, itself first. */
export function reachable(
  start: Table,
  tables: readonly Table[],
  follow: Followed = () => true,
): Table[] {
  const found = [start];
  for (const table of found) {
    for (const foreignKey of table.foreignKeys) {
      if (!follow(table, foreignKey)) continue;
      const target = tables.find((it) => sameTable(it, foreignKey.target));
      if (target && !found.includes(target)) found.push(target);
    }
  }
  return found;
}

interface Visited {
  readonly table: Table;
  readonly key: readonly Column[];
  readonly rows: KeySet;
  readonly references: readonly Reference[];
}

/** Values of a foreign key that were met, and how far they have been looked up. */
interface Reference {
  readonly columns: readonly Column[];
  readonly pending: Pending;
}

interface Pending {
  readonly target: Table;
  readonly columns: readonly Column[];
  readonly values: KeySet;
  done: bigint;
}

/**
 * The rows of start tables that a filter lets through, and every row that they need: foreign keys
 * are followed from row to row until nothing new comes. The rows are found by their keys, each
 * once, so cycles end and no row comes without a reason.
 */
export class Closure {
  readonly #snapshot: Snapshot;
  readonly #tables: readonly Table[];
  readonly #follow: Followed;
  readonly #signal: AbortSignal | undefined;
  #store: KeyStore | null = null;
  readonly #visited = new Map<string, Visited>();
  readonly #pending = new Map<string, Pending>();

  /** @param signal ends the search, and the reading, between two of their questions */
  constructor(
    snapshot: Snapshot,
    tables: readonly Table[],
    follow: Followed,
    signal?: AbortSignal,
  ) {
    this.#snapshot = snapshot;
    this.#tables = tables;
    this.#follow = follow;
    this.#signal = signal;
  }

  /** Adds the keys of start rows and of all that they need. The rows are read later, by `rows`. */
  async collect(start: Omit<Selection, 'columns'>): Promise<void> {
    this.#signal?.throwIfAborted();
    const from = this.#visit(start.table);
    const columns = columnsToRead(from);
    for await (const batch of this.#snapshot.rows({ ...start, columns })) {
      this.#signal?.throwIfAborted();
      this.#take(from, batch);
    }
    for (let pending = this.#next(); pending; pending = this.#next()) {
      this.#signal?.throwIfAborted();
      const { keys, last } = pending.values.chunk(pending.done, chunkSize);
      pending.done = last;
      const target = this.#visit(pending.target);
      const { table } = target;
      this.#take(
        target,
        await this.#snapshot.byKeys(table, columnsToRead(target), pending.columns, keys),
      );
    }
  }

  /** How many rows of a table belong to the closure so far. */
  count(table: Table): number {
    return this.#visited.get(qualified(table))?.rows.size ?? 0;
  }

  /**
   * The rows of a table that belong to the closure.
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
    for (const keys of visited.rows.chunks(BigInt(from), BigInt(to), chunkSize)) {
      this.#signal?.throwIfAborted();
      yield await this.#snapshot.byKeys(table, columns, visited.key, keys, spelling);
    }
  }

  close(): void {
    this.#store?.close();
    this.#store = null;
  }

  #next(): Pending | undefined {
    for (const pending of this.#pending.values()) {
      if (pending.values.size > Number(pending.done)) return pending;
    }
    return undefined;
  }

  /** Takes rows of key and reference columns: new ones are kept, and what they point to is noted. */
  #take(visited: Visited, rows: readonly Row[]): void {
    const { key, references } = visited;
    for (const row of rows) {
      if (!visited.rows.add(row.slice(0, key.length))) continue;
      let at = key.length;
      for (const { columns, pending } of references) {
        const values = row.slice(at, at + columns.length);
        at += columns.length;
        // As SQL's MATCH SIMPLE: a key with a null in it points to nothing.
        if (values.every((value: Value) => value !== null)) pending.values.add(values);
      }
    }
  }

  #keySet(width: number): KeySet {
    this.#store ??= new KeyStore();
    return this.#store.set(width);
  }

  #visit(table: Table): Visited {
    const name = qualified(table);
    const known = this.#visited.get(name);
    if (known) return known;
    const key = keyOf(table);
    const visited: Visited = {
      table,
      key,
      rows: this.#keySet(key.length),
      references: table.foreignKeys
        .filter((foreignKey) => this.#follow(table, foreignKey))
        .flatMap((foreignKey) => this.#reference(table, foreignKey)),
    };
    this.#visited.set(name, visited);
    return visited;
  }

  #reference(table: Table, foreignKey: ForeignKey): Reference[] {
    const target = this.#tables.find((it) => sameTable(it, foreignKey.target));
    if (!target) return [];
    const name = `${qualified(target)}(${foreignKey.targetColumns.join()})`;
    let pending = this.#pending.get(name);
    if (!pending) {
      const columns = foreignKey.targetColumns.map((column) => findColumn(target, column));
      pending = { target, columns, values: this.#keySet(columns.length), done: 0n };
      this.#pending.set(name, pending);
    }
    return [{ columns: foreignKey.columns.map((column) => findColumn(table, column)), pending }];
  }
}

function columnsToRead({ key, references }: Visited): Column[] {
  return [...key, ...references.flatMap(({ columns }) => columns)];
}

/** What tells rows apart: the primary key, else a unique key that no null can escape. */
function keyOf(table: Table): Column[] {
  const keys = table.primaryKey ? [table.primaryKey] : table.uniques;
  for (const { columns } of keys) {
    const found = columns.map((name) => findColumn(table, name));
    if (table.primaryKey || found.every(({ nullable }) => !nullable)) return found;
  }
  throw new HfitError('HFIT_SUBSET_KEY', { table: qualified(table) });
}
