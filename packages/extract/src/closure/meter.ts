import { qualified } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Budget } from '../template/model.js';
import { type Reason, tableOfReason, wordsOfReason } from './reason.js';

/** How many of a kind are told. */
const most = 8;

/** Counts the rows of a run by their reasons, and stops it where they are more than its budget. */
export class Meter {
  readonly #budget: Budget;
  readonly #counts = new Map<string, number>();
  readonly #onRows: (rows: number) => void;
  #rows = 0;
  #bytes = 0;

  /** @param onRows told how many there are so far */
  constructor(budget: Budget | null, onRows: (rows: number) => void = () => {}) {
    this.#budget = budget ?? { maxRows: null, maxBytes: null };
    this.#onRows = onRows;
  }

  get rows(): number {
    return this.#rows;
  }

  get budget(): Budget {
    return this.#budget;
  }

  /** @throws HFIT_BUDGET_ROWS */
  add(reason: Reason, rows: number): void {
    if (rows === 0) return;
    this.count(`${qualified(tableOfReason(reason))}: ${wordsOfReason(reason)}`, rows);
  }

  /**
   * @param words whose rows, and why
   * @throws HFIT_BUDGET_ROWS
   */
  count(words: string, rows: number): void {
    this.#rows += rows;
    this.#counts.set(words, (this.#counts.get(words) ?? 0) + rows);
    const { maxRows } = this.#budget;
    if (maxRows === null || this.#rows <= maxRows) {
      this.#onRows(this.#rows);
      return;
    }
    throw new HfitError('HFIT_BUDGET_ROWS', {
      rows: this.#rows,
      maxRows,
      largest: this.largest(),
    });
  }

  /**
   * @param bytes of what is to come, about
   * @throws HFIT_BUDGET_BYTES
   */
  checkBytes(bytes: number): void {
    const { maxBytes } = this.#budget;
    if (maxBytes === null || bytes <= maxBytes) return;
    const values = { bytes: Math.round(bytes), maxBytes, largest: this.largest() };
    throw new HfitError('HFIT_BUDGET_BYTES', values);
  }

  /**
   * Counts what goes out.
   * @throws HFIT_BUDGET_OUT
   */
  addBytes(bytes: number): void {
    this.#bytes += bytes;
    const { maxBytes } = this.#budget;
    if (maxBytes === null || this.#bytes <= maxBytes) return;
    throw new HfitError('HFIT_BUDGET_OUT', { maxBytes, largest: this.largest() });
  }

  /** What most rows came for, a line each. */
  largest(): string {
    const lines = [...this.#counts].sort(([, a], [, b]) => b - a);
    const shown = lines
      .slice(0, most)
      .map(([words, rows]) => `  ${rows} ${rows === 1 ? 'row' : 'rows'} of ${words}`);
    return [...shown, ...(lines.length > most ? ['  …'] : [])].join('\n');
  }
}
