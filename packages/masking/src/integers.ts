import type { Value } from './column.js';

/** The largest number of the small integer types; others hold at least 2^31 - 1. */
const largest: readonly (readonly [RegExp, number])[] = [
  [/^(tinyint|int1)\b/i, 127],
  [/^(smallint|smallserial|int2)\b/i, 32_767],
  [/^(mediumint|int3)\b/i, 8_388_607],
];

/** The largest number that a column of this type takes, but no more than `most`. */
export function largestOf(type: string, most: number): number {
  return largest.find(([pattern]) => pattern.test(type))?.[1] ?? most;
}

/** The number in the form in which the database gave the value. */
export function inFormOf(value: NonNullable<Value>, number: number | bigint): Value {
  if (typeof value === 'bigint') return BigInt(number);
  return typeof value === 'number' ? Number(number) : String(number);
}
