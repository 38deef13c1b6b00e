import type { Row, Value } from '../model.js';

/** Whether two values are of one storage class and the same to the bit: 0.0 is not -0.0. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

export function sameRow(a: Row, b: Row): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
}

/** One text for each value, the same only for values that are the same to the bit. */
export function valueText(value: Value | undefined): string {
  if (typeof value === 'string') return `'${value}`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : `r${value}`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return String(value);
}
