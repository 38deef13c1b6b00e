import { Draws } from './draws.js';

/** Draws from a stream of words of 32 bits. */
export abstract class WordDraws extends Draws {
  /** The next word, 0 to 2^32 - 1. */
  protected abstract word(): number;

  /**
   * A product in place of a division: Lemire, Fast Random Integer Generation in an Interval
   * (ACM TOMACS 29, 2019).
   */
  override below(n: number): number {
    if (!(n >= 2 && n < 2 ** 32 && Number.isInteger(n))) return super.below(n);
    let word = this.word();
    if (Math.imul(word, n) >>> 0 < n) {
      const unfair = (2 ** 32 - n) % n;
      while (Math.imul(word, n) >>> 0 < unfair) word = this.word();
    }
    // The upper half of a product of 64 bits: of a short list by whole numbers alone, which takes
    // half the time, else in steps that a double holds.
    if (n <= 65536) {
      const low = Math.imul(word & 0xffff, n) >>> 16;
      return ((Math.imul(word >>> 16, n) >>> 0) + low) >>> 16;
    }
    return Math.floor((word * (n >>> 16) + Math.floor((word * (n & 0xffff)) / 65536)) / 65536);
  }

  override byte(): number {
    return this.word() & 0xff;
  }

  protected override number(width: 4 | 6): number {
    return width === 4 ? this.word() : this.word() * 2 ** 16 + (this.word() >>> 16);
  }
}
