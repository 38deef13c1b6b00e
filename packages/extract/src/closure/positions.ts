import { chunkSize, type KeySet } from './key-store.js';

/** Positions of rows, each once, in the order in which they came; they are kept where keys are. */
export class Positions {
  readonly #kept: KeySet;
  #taken = 0;

  /** @param kept an empty set of one column */
  constructor(kept: KeySet) {
    this.#kept = kept;
  }

  get size(): number {
    return this.#kept.size;
  }

  add(position: number): void {
    this.#kept.add([BigInt(position)]);
  }

  /** Those that were added since it was asked last, in parts. */
  take(): Level {
    const [from, to] = [this.#taken, this.#kept.size];
    this.#taken = to;
    return { size: to - from, parts: () => this.#parts(from, to) };
  }

  *#parts(from: number, to: number): Generator<number[]> {
    for (const entries of this.#kept.chunks(from, to, chunkSize)) {
      yield entries.map(({ key }) => Number(key[0]));
    }
  }
}

/** Positions of one distance from the start rows. */
export interface Level {
  readonly size: number;
  readonly parts: () => Iterable<readonly number[]>;
}
