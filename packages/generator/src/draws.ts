import { HfitError } from '@hot-fixture/errors';

/** The largest number of things that `below` picks from. */
export const mostChoices = 2 ** 48;

/** An endless stream of chance, and picks from it that favour nothing. */
export abstract class Draws {
  /** The next byte, 0 to 255. */
  abstract byte(): number;

  /** The next whole number of 4 or 6 bytes. */
  protected abstract number(width: 4 | 6): number;

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.byte());
  }

  /**
   * A whole number from 0 to `n - 1`.
   * @param n 1 to 2^48
   * @throws HFIT_GENERATOR_RANGE
   */
  below(n: number): number {
    checkChoices(n);
    if (n === 1) return 0;
    const width = n <= 2 ** 32 ? 4 : 6;
    const span = 2 ** (8 * width);
    // What lies above the last whole multiple of n would favour the small numbers.
    const limit = span - (span % n);
    let drawn = this.number(width);
    while (drawn >= limit) drawn = this.number(width);
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

  /** A number from 0 to 1, which is not among them, in steps of 2^-48. */
  unit(): number {
    return this.below(mostChoices) / mostChoices;
  }

  /** @throws HFIT_GENERATOR_RANGE when the list is empty */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Fills a pattern: `#` becomes a digit 0 to 9, `!` one of 2 to 9, as in numbering plans. */
  digits(pattern: string): string {
    let text = '';
    for (const sign of pattern) {
      if (sign === '#') text += this.below(10);
      else if (sign === '!') text += this.below(8) + 2;
      else text += sign;
    }
    return text;
  }
}

/** @throws HFIT_GENERATOR_RANGE */
export function checkChoices(n: number): void {
  if (Number.isInteger(n) && n >= 1 && n <= mostChoices) return;
  throw new HfitError('HFIT_GENERATOR_RANGE', { what: `below(${n})`, range: '1 to 2^48' });
}
