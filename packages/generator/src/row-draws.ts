import { Draws } from './draws.js';
import { type Key, threefry } from './threefry.js';

/** A stream of its own for each row, found without drawing those of the rows before it. */
export class RowDraws extends Draws {
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

  /**
   * A product in place of a division: Lemire, Fast Random Integer Generation in an Interval
   * (ACM TOMACS 29, 2019).
   */
  override below(n: number): number {
    if (!(n >= 2 && n < 2 ** 32 && Number.isInteger(n))) return super.below(n);
    let word = this.#word();
    if (Math.imul(word, n) >>> 0 < n) {
      const unfair = (2 ** 32 - n) % n;
      while (Math.imul(word, n) >>> 0 < unfair) word = this.#word();
    }
    // The upper half of a product of 64 bits, in steps that a double holds.
    return Math.floor((word * (n >>> 16) + Math.floor((word * (n & 0xffff)) / 65536)) / 65536);
  }

  override byte(): number {
    return this.#word() & 0xff;
  }

  protected override number(width: 4 | 6): number {
    return width === 4 ? this.#word() : this.#word() * 2 ** 16 + (this.#word() >>> 16);
  }

  #word(): number {
    if (this.#at === 4) {
      threefry(this.#key, this.#counter, this.#block);
      this.#counter[2]! += 1;
      this.#at = 0;
    }
    return this.#block[this.#at++]! >>> 0;
  }
}
