import {
  type Column,
  type Dialect,
  findColumn,
  qualified,
  type Row,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { KeySet } from './key-store.js';
import { columnsOfRelation, type Relation } from './relation.js';

/** A table of the closure: the keys of its rows, and the references of theirs that count. */
export interface Visited {
  readonly table: Table;
  readonly key: readonly Column[];
  readonly rows: KeySet;
  readonly references: readonly Reference[];
  /** The key, then what each reference looks at. */
  readonly read: readonly Column[];
}

/** Values of a reference are noted, to be followed or to be looked for. */
export interface Reference {
  readonly relation: Relation;
  readonly width: number;
  /** The number of the reason for what it brings. */
  readonly reason: number;
  readonly noted: Noted;
  readonly isOptional: boolean;
}

/** Values that were met, and how far they have been looked up. */
export interface Noted {
  readonly target: Table;
  readonly columns: readonly Column[];
  readonly values: KeySet;
  /** They are those of the target's own key. */
  readonly isKey: boolean;
  /** Some of those that were met of late. */
  readonly seen: Set<Value>;
  done: number;
}

export function visitedOf(
  table: Table,
  key: readonly Column[],
  rows: KeySet,
  references: readonly Reference[],
): Visited {
  const looked = references.flatMap(({ relation }) => columnsOfRelation(relation));
  return { table, key, rows, references, read: [...key, ...looked] };
}

/**
 * What tells rows apart: the primary key, else a unique key that no null can escape, else where the
 * database has put them.
 * @throws HFIT_SUBSET_KEY
 */
export function keyOf(table: Table, dialect: Dialect): readonly Column[] {
  const keys = table.primaryKey ? [table.primaryKey] : table.uniques;
  for (const { columns } of keys) {
    const found = columns.map((name) => findColumn(table, name));
    if (table.primaryKey || found.every(({ nullable }) => !nullable)) return found;
  }
  const address = dialect.rowAddress?.(table) ?? [];
  if (address.length > 0) return address;
  throw new HfitError('HFIT_SUBSET_KEY', { table: qualified(table) });
}

/**
 * Finds rows by values that a database took for the same, though they may be spelled otherwise:
 * in another case, with other accents, with blanks at their end.
 */
export class BySpelling<T> {
  readonly #exact = new Map<string, T>();
  /** Made when it is first needed: mostly a value comes as it was asked for. */
  #folded: Map<string, T> | null = null;

  add(values: Row, it: T): void {
    const text = textOf(values);
    if (this.#exact.has(text)) return;
    this.#exact.set(text, it);
    this.#folded = null;
  }

  find(values: Row): T | undefined {
    const text = textOf(values);
    return this.#exact.get(text) ?? this.#byFolded().get(fold(text));
  }

  #byFolded(): Map<string, T> {
    if (this.#folded) return this.#folded;
    this.#folded = new Map();
    for (const [text, it] of this.#exact) {
      const folded = fold(text);
      if (!this.#folded.has(folded)) this.#folded.set(folded, it);
    }
    return this.#folded;
  }
}

function textOf(values: Row): string {
  const [value] = values;
  if (values.length === 1 && typeof value !== 'object') return String(value);
  const texts = values.map((value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value),
  );
  return texts.join('\0');
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}| +(?=\0|$)/gu, '')
    .toLowerCase();
}
