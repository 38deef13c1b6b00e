import { HfitError } from '@hot-fixture/errors';

export interface SequencesOptions {
  /** The first number of each sequence; 1 if left out. */
  readonly start?: number;
  /** Which of several workers counts here, from 0, where they share one database. */
  readonly worker?: number;
  /**
   * How many workers there may ever be; 64 if left out. It is the same for all of them, and not
   * how many there are: so one more or less changes no number.
   */
  readonly mostWorkers?: number;
  /** How many numbers in a row are one worker's own; 1000 if left out. The same for all workers. */
  readonly block?: number;
}

/**
 * Counts by name. Workers count in blocks that they take in turns: 1000 numbers of worker 0, 1000
 * of worker 1, and so on, so that no two of them meet and none comes to an end.
 */
export class Sequences {
  readonly #given = new Map<string, number>();
  readonly #numberOf: (index: number) => number;

  /** @throws HFIT_GENERATOR_RANGE */
  constructor({ start = 1, worker, mostWorkers = 64, block = 1000 }: SequencesOptions = {}) {
    if (
      !Number.isSafeInteger(start) ||
      !isCount(block - 1) ||
      !isCount(worker ?? 0) ||
      !isCount(mostWorkers - (worker ?? 0) - 1)
    ) {
      const what = `a sequence from ${start} of worker ${worker} of ${mostWorkers}, by ${block}`;
      const range = 'a whole start, a block of 1 or more, and a worker from 0 to below mostWorkers';
      throw new HfitError('HFIT_GENERATOR_RANGE', { what, range });
    }
    this.#numberOf = (index) => {
      if (worker === undefined) return start + index;
      const turn = Math.floor(index / block);
      return start + (turn * mostWorkers + worker) * block + (index % block);
    };
  }

  /** The next number of a sequence. */
  next(name: string): number {
    const index = this.#given.get(name) ?? 0;
    this.#given.set(name, index + 1);
    return this.#numberOf(index);
  }

  /** The next numbers of a sequence. */
  take(name: string, count: number): number[] {
    return Array.from({ length: count }, () => this.next(name));
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
