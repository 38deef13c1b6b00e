import { KeyedDraws, labelOf, valuesFrom } from '@hot-fixture/generator';
import type { Value } from '../column.js';
import { inFormOf } from '../integers.js';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
import { per } from '../options.js';
import { isDigit, keepWords, writeDigits } from '../written-bytes.js';

const written = /^([+-]?)(\d{1,15})(?:\.(\d+))?$/;

export const noise = defineMasker({
  name: 'noise',
  about:
    'The number with some percent more or less, never the same, with as many decimals. More and less are as likely, so that sums and averages of many rows stay near. 0 stays.',
  kinds: ['integer', 'decimal', 'float'],
  keeps: { unique: false, length: false, format: true, order: 'roughly', referential: true },
  options: {
    percent: {
      type: 'integer',
      least: 1,
      most: 90,
      default: 10,
      about: 'How many percent it may be off, at most.',
    },
    per: {
      ...per,
      about:
        'The column that tells rows or persons apart: the noise belongs to it. Without it, the same number has the same noise in every row, and a sum of few different numbers is off.',
    },
  },
  bind({ options: { percent }, column, unreadable }): Mask {
    const most = mostDigits(column.type);
    const edges = column.kind === 'integer' ? ends : [];
    return (value, _, drawFor) => {
      if (typeof value === 'object') return unreadable();
      const text = String(value);
      if (Number(text) === 0) return value;
      const [, sign = '', whole, fraction = ''] = written.exec(text) ?? [];
      const draws = valuesFrom(drawFor()).draws('noise');
      const factor = (draws.integer(-1_000_000, 1_000_000) / 1e8) * percent;
      if (whole === undefined) return scaled(value, factor) ?? unreadable();
      // In units of the last decimal, so that nothing is rounded but the noise.
      const units = BigInt(whole + fraction);
      const off = BigInt(Math.round(Number(units) * factor)) || (factor < 0 ? -1n : 1n);
      const number = [units + off, units - off].find(
        (it) =>
          it > 0n &&
          !edges.some((end) => units <= end && it > end) &&
          digitsBefore(it, fraction.length) <= Math.max(most, digitsBefore(units, fraction.length)),
      );
      // A 1 cannot become less, and at the end of its type it cannot become more.
      if (number === undefined) return unreadable();
      return inFormOfNumber(value, sign + point(number, fraction.length));
    };
  },
  bindBytes({ options: { percent }, column }): MaskBytes {
    const most = mostDigits(column.type);
    const edges = column.kind === 'integer' ? ends.map(Number) : [];
    const key = new Int32Array(4);
    const draws = new KeyedDraws(key, labelOf('noise'));
    return (source, from, to, out, at, _draw, drawFor) => {
      const isSigned = source[from] === 0x2d;
      const first = isSigned ? from + 1 : from;
      let units = 0;
      let decimals = -1;
      for (let i = first; i < to; i++) {
        if (isDigit(source[i]!)) {
          units = 10 * units + source[i]! - 48;
          if (decimals >= 0) decimals += 1;
        } else if (source[i] === dot && decimals < 0 && i > first) decimals = 0;
        else return -1;
      }
      // What is not written out, or may have more digits than are counted exactly.
      if (units === 0 || decimals === 0 || to - first > exactDigits) return -1;
      decimals = Math.max(0, decimals);
      keepWords(key, drawFor());
      const factor = (draws.again().integer(-1_000_000, 1_000_000) / 1e8) * percent;
      const off = Math.round(units * factor) || (factor < 0 ? -1 : 1);
      const room = Math.max(most, Math.max(1, digitsOf(units) - decimals));
      const isAllowed = (it: number) =>
        it > 0 &&
        !edges.some((end) => units <= end && it > end) &&
        Math.max(1, digitsOf(it) - decimals) <= room;
      const number = isAllowed(units + off) ? units + off : units - off;
      if (!isAllowed(number)) return -1;
      if (isSigned) out[at] = 0x2d;
      const begin = isSigned ? at + 1 : at;
      const end = writeDigits(out, begin, number, decimals + 1);
      if (decimals === 0) return end;
      out.copyWithin(end - decimals + 1, end - decimals, end);
      out[end - decimals] = dot;
      return end + 1;
    };
  },
});

const dot = 0x2e;
/** With their point, so many are a number that JavaScript counts exactly. */
const exactDigits = 15;

const digitsOf = (number: number) => {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits += 1;
  return digits;
};

/** The last numbers of the integer types: what is below one of them stays so, to fit its column. */
const ends = [7, 8, 15, 16, 23, 24, 31, 32, 63, 64].map((bits) => 2n ** BigInt(bits) - 1n);

/** How many digits a column of the type takes before its point, where the type tells. */
function mostDigits(type: string): number {
  const [, precision, scale = '0'] = /\((\d+)(?:, *(\d+))?\)/.exec(type) ?? [];
  return precision === undefined ? Infinity : Number(precision) - Number(scale);
}

function digitsBefore(units: bigint, decimals: number): number {
  return Math.max(1, String(units).length - decimals);
}

/** A number that is not written in digits alone, such as 1e300; what is no number gives null. */
function scaled(value: Value, factor: number): Value {
  const masked = Number(value) * (1 + factor);
  if (!Number.isFinite(masked) || Number.isNaN(masked)) return null;
  return typeof value === 'string' ? String(masked) : masked;
}

function point(units: bigint, decimals: number): string {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function inFormOfNumber(value: NonNullable<Value>, text: string): Value {
  if (typeof value === 'bigint') return inFormOf(value, BigInt(text));
  return typeof value === 'number' ? Number(text) : text;
}
