import type { Row } from './model.js';

/** A batch ends at its number of rows or at this weight: a few wide rows are a batch too. */
export const batchWeight = 4_000_000;

/** About how many bytes of memory the values of a row take. */
export function weightOf(row: Row): number {
  let weight = 0;
  for (const value of row) {
    weight += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
  }
  return weight;
}

/** How many rows to ask for next, learnt from those that came: the first batch is a small one. */
export class BatchSize {
  readonly #most: number;
  #next: number;

  constructor(most: number) {
    this.#most = most;
    this.#next = Math.min(most, 64);
  }

  get next(): number {
    return this.#next;
  }

  learn(rows: readonly Row[]): void {
    const weight = rows.reduce((sum, row) => sum + weightOf(row), 0);
    const fitting = Math.floor((batchWeight * rows.length) / Math.max(weight, 1));
    this.#next = Math.max(1, Math.min(this.#most, fitting));
  }
}
