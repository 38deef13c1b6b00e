import { identity, pick } from '@hot-fixture/changes';
import type { Row, Value } from '@hot-fixture/database';
import type { Field } from '@hot-fixture/document';
import type { FileTable } from './model.js';

/** What may stand in a file only once: of two, one would be lost without a word. */
export class Once {
  readonly #seen = new Map<string, string>();

  /** @throws HFIT_FIXPOINT_FILE at the second one */
  assert(field: Field, id: string, what: string): void {
    const first = this.#seen.get(id);
    if (first !== undefined) {
      throw field.fail(`${what} stands here a second time, after line ${lineOf(first)}`);
    }
    this.#seen.set(id, field.where);
  }
}

/** Whether a key is that of two rows. */
export function hasRowTwice(table: FileTable): boolean {
  const { key, columns, added, changed, removed } = table;
  if (!key) return false;
  const places = key.map((name) => columns.findIndex((it) => it.name === name));
  const seen = new Set<string>();
  for (const rows of [added, removed]) {
    for (const row of rows) seen.add(identity(pick(row, places)));
  }
  for (const it of changed) seen.add(identity(it.key));
  return seen.size < added.length + changed.length + removed.length;
}

/** Null where the table has none. */
export function keyOf(row: Row, { key, columns }: FileTable): Row | null {
  if (!key) return null;
  return key.map((name) => row[columns.findIndex((it) => it.name === name)] as Value);
}

export function rowName({ name, key }: FileTable, values: Row): string {
  const told = (key ?? []).map((column, i) => `${column} ${String(values[i] ?? 'NULL')}`);
  return `the row of ${name} with ${told.join(', ')}`;
}

const lineOf = (where: string) => /:(\d+):\d+$/.exec(where)?.[1] ?? '';
