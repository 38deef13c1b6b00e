import type { Value } from '../column.js';
import { inFormOf } from '../integers.js';
import { whyNot } from '../literals.js';
import { type Binding, defineMasker, type Mask, type MaskBytes } from '../masker.js';
import type { OptionSpecs } from '../options.js';
import { isDigit, writeDigits } from '../written-bytes.js';

/** A range of numbers that are masked with each other. */
interface Band {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * The ends of all integer types, signed and not: a number that a type holds has a mask which it
 * holds, so that a key may be wider or narrower than its target, in any dialect.
 */
const positive = bandsBetween(
  [0, 7, 8, 15, 16, 23, 24, 31, 32, 53, 63, 64].map((n) => 2n ** BigInt(n)),
);
/** Of what is below zero: there are no unsigned types. */
const negative = bandsBetween([0n, ...[7, 15, 23, 31, 53, 63].map((n) => 2n ** BigInt(n))]).map(
  ({ first, last }) => ({ first: -1n - last, last: -1n - first }),
);

const safe = Number.MAX_SAFE_INTEGER;
const bound = { type: 'integer', least: -safe, most: safe, optional: true } as const;

export const integer = defineMasker({
  name: 'integer',
  about:
    'Another whole number of the same sign, between the same ends of types (127, 255, 32767, 65535, 8388607 …); 0 stays. With a range, another number of the range.',
  kinds: ['integer'],
  keeps: { unique: true, length: false, format: true, order: false, referential: true },
  options: {
    from: {
      ...bound,
      about: 'The least number of a range of your own. A value below it is refused.',
    },
    to: { ...bound, about: 'The greatest number of that range.' },
  },
  bind({ options: { from, to }, column, permutations, refuse, stuck, unreadable }): Mask {
    if (/^year\b/i.test(column.type)) throw refuse('a year has too few numbers');
    if ((from === undefined) !== (to === undefined)) {
      throw refuse('a range needs both its ends: from and to');
    }
    const range = from === undefined ? null : { first: BigInt(from), last: BigInt(to!) };
    if (range && range.first >= range.last) throw refuse('"from" must be less than "to"');
    for (const end of [from, to]) {
      const reason = end === undefined ? null : whyNot(String(end), column);
      if (reason) throw refuse(`${end} is ${reason}`);
    }
    const masks = masksOf(range, permutations);

    return (value) => {
      const number = read(value);
      if (number === null) return unreadable();
      if (number === 0 && !range) return value;
      if (typeof number === 'number') {
        for (const { low, high, small } of masks) {
          if (high === null || number < low || number > high) continue;
          return inFormOf(value, low + small(number - low));
        }
      }
      const big = BigInt(number);
      const band = masks.find(({ first, last }) => big >= first && big <= last);
      if (band) return inFormOf(value, band.first + band.large(big - band.first));
      throw stuck(
        range ? `it is not in the range from ${from} to ${to}` : 'it has more than 64 bits',
      );
    };
  },
  bindBytes({ options: { from, to }, permutations }): MaskBytes {
    const range = from === undefined ? null : { first: BigInt(from), last: BigInt(to!) };
    const masks = masksOf(range, permutations);
    return (source, begin, end, out, at) => {
      const isNegative = source[begin] === minus;
      const first = isNegative ? begin + 1 : begin;
      if (end === first || end - first > mostDigits) return -1;
      let number = 0;
      for (let i = first; i < end; i++) {
        if (!isDigit(source[i]!)) return -1;
        number = 10 * number + source[i]! - 48;
      }
      if (number === 0) return -1;
      if (isNegative) number = -number;
      for (let i = 0; i < masks.length; i++) {
        const { low, high, small } = masks[i]!;
        if (high === null || number < low || number > high) continue;
        const masked = low + small(number - low);
        if (masked < 0) out[at] = minus;
        return masked < 0 ? writeDigits(out, at + 1, -masked) : writeDigits(out, at, masked);
      }
      return -1;
    };
  },
});

const minus = 0x2d;
/** So many digits are a number that JavaScript counts exactly. */
const mostDigits = 15;

function masksOf(range: Band | null, permutations: Binding<OptionSpecs>['permutations']) {
  const bands = range ? [range] : [...negative, ...positive];
  return bands.map(({ first, last }) => ({
    first,
    last,
    // Numbers that JavaScript counts exactly need no bigint.
    low: Number(first),
    high: last <= safe && first >= -safe ? Number(last) : null,
    small: (index: number) => permutations.small(Number(last - first) + 1)(index),
    large: (index: bigint) => permutations.of(last - first + 1n)(index),
  }));
}

/** A number where JavaScript counts it exactly. */
function read(value: NonNullable<Value>): number | bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  if (typeof value === 'object') return null;
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(String(value).replace('+', ''));
}

function bandsBetween(edges: readonly bigint[]): Band[] {
  return edges.slice(1).map((end, i) => ({ first: edges[i]!, last: end - 1n }));
}
