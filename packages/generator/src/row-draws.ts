import { type Key, threefry } from './threefry.js';
import { WordDraws } from './word-draws.js';

/** A stream of its own for each row, found without drawing those of the rows before it. */
export class RowDraws extends WordDraws {
  readonly #key: Key;
  readonly #counter = new Int32Array(4);
  readonly #block = new Int32Array(4);
  #at = 4;

  constructor(key: Key) {
    super();
    this.#key = key;
  }

  /**
   * Goes to the beginning of a row's stream.
   * @param row 0 to 2^53 - 1
   */
  at(row: number): this {
    this.#counter[0] = row | 0;
    this.#counter[1] = row / 2 ** 32;
    this.#counter[2] = 0;
    this.#at = 4;
    return this;
  }

  protected override word(): number {
    if (this.#at === 4) {
      threefry(this.#key, this.#counter, this.#block);
      this.#counter[2]! += 1;
      this.#at = 0;
    }
    return this.#block[this.#at++]! >>> 0;
  }
}
