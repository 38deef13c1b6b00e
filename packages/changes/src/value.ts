import type { Row, Value } from '@hot-fixture/database';

/** To the bit: 1 is not 1.0, and 0 is not -0. */
export function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

export function sameRow(a: Row, b: Row): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i] as Value));
}

/** A text that two rows share only if they are the same to the bit. */
export function identity(row: Row): string {
  let text = '';
  for (const value of row) text += valueIdentity(value);
  return text;
}

function valueIdentity(value: Value): string {
  if (value === null) return 'n';
  // The length tells where a text ends, whatever is in it.
  if (typeof value === 'string') return `t${value.length}:${value}`;
  if (typeof value === 'bigint') return `i${value};`;
  if (typeof value === 'number') return `r${Object.is(value, -0) ? '-0' : value};`;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return `b${bytes.length}:${bytes.toString('latin1')}`;
}

/** The values of some columns of a row, by their places. */
export function pick(row: Row, places: readonly number[]): Row {
  return places.map((place) => row[place] as Value);
}

/** The order in which people expect rows: numbers by size, also where they travel as text. */
export function compareRows(a: Row, b: Row): number {
  for (let i = 0; i < a.length; i += 1) {
    const order = compareValues(a[i] as Value, b[i] as Value);
    if (order !== 0) return order;
  }
  return 0;
}

const whole = /^-?\d+$/;

function compareValues(a: Value, b: Value): number {
  const [rankOfA, rankOfB] = [rank(a), rank(b)];
  if (rankOfA !== rankOfB) return rankOfA - rankOfB;
  if (rankOfA === 1) {
    const [x, y] = [size(a), size(b)];
    if (x < y || x > y) return x < y ? -1 : 1;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  const [x, y] = [identity([a]), identity([b])];
  if (rankOfA === 2) return compareTexts(a as string, b as string);
  return compareTexts(x, y);
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return whole.test(value) ? 1 : 2;
  return value instanceof Uint8Array ? 3 : 1;
}

function size(value: Value): number | bigint {
  return typeof value === 'string' ? BigInt(value) : (value as number | bigint);
}
