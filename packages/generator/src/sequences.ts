import { HfitError } from '@hot-fixture/errors';

export interface SequencesOptions {
  /** The first number of each sequence; 1 if left out. */
  readonly start?: number;
  /**
   * Which of several workers counts here, from 0, where they share one database. Each has a block
   * of numbers of its own, and that of worker 0 begins at the start: how many workers there are
   * changes no number.
   */
  readonly worker?: number;
  /** How many numbers of a sequence are a worker's own; 100,000 if left out. */
  readonly block?: number;
}

/** Counts by name. */
export class Sequences {
  readonly #given = new Map<string, number>();
  readonly #first: number;
  readonly #worker: number | undefined;
  readonly #block: number;

  /** @throws HFIT_GENERATOR_RANGE */
  constructor({ start = 1, worker, block = 100_000 }: SequencesOptions = {}) {
    this.#first = start + (worker ?? 0) * block;
    this.#worker = worker;
    this.#block = worker === undefined ? Number.MAX_SAFE_INTEGER : block;
    if (!isCount(worker ?? 0) || !isCount(block - 1) || !Number.isSafeInteger(this.#first)) {
      const what = `a sequence from ${start} of worker ${worker} with blocks of ${block}`;
      const range = 'a whole start, a worker from 0, and a block of 1 or more';
      throw new HfitError('HFIT_GENERATOR_RANGE', { what, range });
    }
  }

  /**
   * The next number of a sequence.
   * @throws HFIT_GENERATOR_WORKER
   */
  next(name: string): number {
    return this.take(name, 1);
  }

  /**
   * Takes several numbers in a row, and gives the first.
   * @throws HFIT_GENERATOR_WORKER
   */
  take(name: string, count: number): number {
    const given = this.#given.get(name) ?? 0;
    if (given + count > this.#block) {
      const worker = this.#worker ?? 0;
      throw new HfitError('HFIT_GENERATOR_WORKER', { worker, block: this.#block, name });
    }
    this.#given.set(name, given + count);
    return this.#first + given;
  }

  /** Lets a sequence begin anew. */
  reset(name: string): void {
    this.#given.delete(name);
  }

  resetAll(): void {
    this.#given.clear();
  }
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
