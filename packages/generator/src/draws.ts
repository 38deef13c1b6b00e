import { HfitError } from '@hot-fixture/errors';
import type { Hmac } from './hmac.js';

/**
 * An endless stream of bytes under one label, and picks from it that favour nothing. Bytes come
 * from a counter in front of the label (NIST SP 800-108, counter mode), so streams of different
 * labels have nothing to do with each other.
 */
export class Draws {
  readonly #hmac: Hmac;
  readonly #input: Uint8Array;
  #block: Uint8Array = new Uint8Array();
  #at = 0;
  #blocks = 0;

  constructor(hmac: Hmac, label: string) {
    this.#hmac = hmac;
    const text = Buffer.from(label, 'utf8');
    this.#input = new Uint8Array(4 + text.length + 1);
    this.#input.set(text, 4);
  }

  /** The next byte, 0 to 255. */
  byte(): number {
    if (this.#at === this.#block.length) this.#refill();
    return this.#block[this.#at++]!;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.byte());
  }

  /**
   * A whole number from 0 to `n - 1`.
   * @param n 1 to 2^48
   * @throws HFIT_GENERATOR_RANGE
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 48) {
      throw new HfitError('HFIT_GENERATOR_RANGE', { what: `below(${n})`, range: '1 to 2^48' });
    }
    if (n === 1) return 0;
    const width = n <= 2 ** 32 ? 4 : 6;
    const span = 2 ** (8 * width);
    // What lies above the last whole multiple of n would favour the small numbers.
    const limit = span - (span % n);
    let drawn = this.#number(width);
    while (drawn >= limit) drawn = this.#number(width);
    return drawn % n;
  }

  /**
   * A whole number from `least` to `most`, both among them; they are at most 2^48 - 1 apart.
   * @throws HFIT_GENERATOR_RANGE
   */
  integer(least: number, most: number): number {
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || most < least) {
      const what = `integer(${least}, ${most})`;
      throw new HfitError('HFIT_GENERATOR_RANGE', { what, range: 'two integers, in order' });
    }
    return least + this.below(most - least + 1);
  }

  /** @throws HFIT_GENERATOR_RANGE when the list is empty */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Fills a pattern: `#` becomes a digit 0 to 9, `!` one of 2 to 9, as in numbering plans. */
  digits(pattern: string): string {
    return pattern.replace(/[#!]/g, (mark) =>
      String(mark === '#' ? this.below(10) : this.integer(2, 9)),
    );
  }

  #number(width: number): number {
    let number = 0;
    for (let i = 0; i < width; i++) number = number * 256 + this.byte();
    return number;
  }

  #refill(): void {
    new DataView(this.#input.buffer).setUint32(0, ++this.#blocks);
    this.#block = this.#hmac(this.#input);
    this.#at = 0;
  }
}
