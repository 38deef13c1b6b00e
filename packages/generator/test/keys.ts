import { hmacSha256 } from '../src/hmac.js';
import { RowDraws } from '../src/row-draws.js';
import { type Key, keyFrom } from '../src/threefry.js';

export const keyOf = (name: string): Key =>
  keyFrom(hmacSha256(new Uint8Array(32))(Buffer.from(name)));

export const drawsOf = (name: string, row = 0): RowDraws => new RowDraws(keyOf(name)).at(row);

/** How far counts are from what was expected, in all. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
}

/**
 * What chi square passes once in 100,000 fair trials (Wilson, Hilferty 1931). The seeds of tests
 * are fixed, so that a test which passes does so for ever.
 */
export function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 4.265 * Math.sqrt(part)) ** 3;
}
