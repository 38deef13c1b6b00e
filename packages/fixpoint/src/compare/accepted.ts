import { compareTexts } from '@hot-fixture/changes';
import { qualified, type TableName, type Value } from '@hot-fixture/database';
import type { Accepted, Reason } from './difference.js';

/** Counts what is let through. */
export class AcceptedCounts {
  readonly #counts = new Map<string, Accepted>();

  value(table: TableName, column: string, reason: Reason, expected: Value, found: Value): void {
    this.#add(table, column, reason, 1, { expected, found });
  }

  /** Whole rows, or a sequence. */
  rows(table: TableName, reason: Reason, count: number): void {
    if (count > 0) this.#add(table, null, reason, count, null);
  }

  #add(
    { schema, name }: TableName,
    column: string | null,
    reason: Reason,
    count: number,
    example: Accepted['example'],
  ): void {
    const id = JSON.stringify([schema, name, column, reason]);
    const known = this.#counts.get(id);
    this.#counts.set(
      id,
      known
        ? { ...known, count: known.count + count }
        : { schema, name, column, reason, count, example },
    );
  }

  list(): Accepted[] {
    return [...this.#counts.values()].sort(
      (a, b) =>
        compareTexts(qualified(a), qualified(b)) || compareTexts(a.column ?? '', b.column ?? ''),
    );
  }
}
