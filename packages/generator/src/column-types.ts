/** The least and the largest number of a type. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

const bits: readonly (readonly [RegExp, number])[] = [
  [/^tinyint/, 8],
  [/^(smallint|int2|smallserial)/, 16],
  [/^mediumint/, 24],
];

/**
 * What a column of whole numbers holds, as its type says: `smallint`, `int(10) unsigned`, `year`.
 * Wider types are cut to 32 bits, which is what people expect to see.
 */
export function integerRange(type: string): IntegerRange {
  const lower = type.toLowerCase();
  if (lower.startsWith('year')) return { min: 1901, max: 2155 };
  const width = bits.find(([pattern]) => pattern.test(lower))?.[1] ?? 32;
  return { min: 0, max: 2 ** (lower.includes('unsigned') && width < 32 ? width : width - 1) - 1 };
}

/** The digits of `numeric(10,2)`; null where the type does not say. */
export function decimalOf(type: string): { readonly max: number; readonly scale: number } | null {
  const [, precision, scale = '0'] = /\((\d+)(?:\s*,\s*(\d+))?\)/.exec(type) ?? [];
  if (precision === undefined) return null;
  // Twelve digits in all are what a space can be counted with.
  const kept = Math.min(Number(scale), 6);
  const whole = Math.min(Number(precision) - Number(scale), 12 - kept);
  return { max: 10 ** whole - 10 ** -kept, scale: kept };
}
