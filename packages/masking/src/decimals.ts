/** A number as it is, however it was written: its digits, and where the point is among them. */
export interface Decimal {
  readonly sign: '' | '-';
  /** Without zeros before and after; empty where the number is zero. */
  readonly digits: string;
  /** How many of the digits stand after the point; below zero, as many zeros follow the digits. */
  readonly decimals: number;
}

const written = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A number that is longer is written with an exponent. */
export const longestPlain = 40;

/** Reads `12.50`, `+007`, `.5` or `1e+16`; what is no such number gives null. */
export function readDecimal(text: string): Decimal | null {
  const [, sign, whole = '', fraction = '', exponent = '0'] = written.exec(text) ?? [];
  const all = whole + fraction;
  if (sign === undefined || all === '') return null;
  let [from, to] = [0, all.length];
  while (from < to && all[from] === '0') from += 1;
  while (to > from && all[to - 1] === '0') to -= 1;
  if (from === to) return { sign: '', digits: '', decimals: 0 };
  const decimals = fraction.length - Number(exponent) - (all.length - to);
  return { sign: sign === '-' ? '-' : '', digits: all.slice(from, to), decimals };
}

/** One text for each number: `12.5`, `7`, `10000000000000000`, `1e300`. */
export function plainDecimal({ sign, digits, decimals }: Decimal): string {
  if (digits === '') return '0';
  const length = Math.max(digits.length - Math.min(0, decimals), decimals + 1);
  if (length + 2 > longestPlain) return `${sign}${digits}e${-decimals}`;
  return sign + withPoint(unitsOf({ sign, digits, decimals }, Math.max(0, decimals)), decimals);
}

/** How many units the number is, each of so many decimals; as many as it has, or more. */
export function unitsOf({ digits, decimals }: Decimal, unit: number): bigint {
  return BigInt(digits + '0'.repeat(unit - decimals));
}

/** Writes so many units with their point. */
export function withPoint(units: bigint, decimals: number): string {
  if (decimals <= 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
