import type { Value } from '@hot-fixture/database';

/**
 * Whether two numbers are no further apart than `by`. Decimals are compared as they are written,
 * without the rounding of doubles: 1.1 and 0.9 are 0.2 apart.
 */
export function isWithin(a: Value, b: Value, by: string): boolean {
  const decimals = [a, b, by].map(decimalOf);
  if (decimals.every((it) => it !== null)) {
    const places = Math.max(...decimals.map((it) => it.places));
    const [x, y, most] = decimals.map((it) => it.digits * 10n ** BigInt(places - it.places)) as [
      bigint,
      bigint,
      bigint,
    ];
    return (x < y ? y - x : x - y) <= most;
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  return Math.abs(x - y) <= Number(by);
}

function decimalOf(value: Value): { digits: bigint; places: number } | null {
  if (value === null || value instanceof Uint8Array) return null;
  const match = /^([+-]?\d+)(?:\.(\d{1,400}))?$/.exec(String(value));
  if (!match) return null;
  const [, whole = '', part = ''] = match;
  return { digits: BigInt(`${whole}${part}`.replace('+', '')), places: part.length };
}

/** What is no number is near to none. */
function numberOf(value: Value): number {
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : Number(value);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}
