import { KeyedDraws, labelOf, valuesFrom } from '@hot-fixture/generator';
import type { ColumnFacts, Value } from '../column.js';
import { readDecimal, unitsOf, withPoint } from '../decimals.js';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
import { per } from '../options.js';
import { isDigit, keepWords, writeDigits } from '../written-bytes.js';

/** Of a number that a float may be. */
const mostDecimals = 400;

export const noise = defineMasker({
  name: 'noise',
  about:
    'The number with some percent more or less, never the same, with as many decimals: at least one unit of the last decimal. More and less are as likely, so that sums and averages of many rows stay near. 0 stays.',
  kinds: ['integer', 'decimal', 'float'],
  keeps: {
    unique: false,
    length: false,
    format: true,
    order: 'roughly',
    referential: 'between columns of one scale',
  },
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
    const { most, scale } = roomOf(column);
    const edges = column.kind === 'integer' ? ends : [];
    return (value, _, drawFor) => {
      if (typeof value === 'object') return unreadable();
      const text = String(value);
      const number = readDecimal(text);
      if (number?.digits === '') return value;
      if (!number || !Number.isFinite(Number(text))) return unreadable();
      // In units of the last decimal of the column, or else of the number: however it is written,
      // it has the same mask.
      const decimals = Math.max(scale, number.decimals);
      if (decimals > mostDecimals) return unreadable();
      const units = unitsOf(number, decimals);
      if (!Number.isFinite(Number(units))) return unreadable();
      const draws = valuesFrom(drawFor()).draws('noise');
      const factor = (draws.integer(-1_000_000, 1_000_000) / 1e8) * percent;
      const off = BigInt(Math.round(Number(units) * factor)) || (factor < 0 ? -1n : 1n);
      const masked = [units + off, units - off].find(
        (it) =>
          it > 0n &&
          Number.isFinite(Number(it)) &&
          !edges.some((end) => units <= end && it > end) &&
          digitsBefore(it, decimals) <= Math.max(most, digitsBefore(units, decimals)),
      );
      // A 1 cannot become less, and at the end of its type it cannot become more.
      if (masked === undefined) return unreadable();
      return inFormOfNumber(value, number.sign + withPoint(masked, decimals), decimals);
    };
  },
  bindBytes({ options: { percent }, column }): MaskBytes {
    const { most, scale } = roomOf(column);
    const edges = column.kind === 'integer' ? ends.map(Number) : [];
    const key = new Int32Array(4);
    const draws = new KeyedDraws(key, labelOf('noise'));
    return (source, from, to, out, at, _draw, drawFor) => {
      const isSigned = source[from] === 0x2d;
      const first = isSigned ? from + 1 : from;
      let units = 0;
      let written = -1;
      for (let i = first; i < to; i++) {
        if (isDigit(source[i]!)) {
          units = 10 * units + source[i]! - 48;
          if (written >= 0) written += 1;
        } else if (source[i] === dot && written < 0 && i > first) written = 0;
        else return -1;
      }
      // What is not written out, or may have more digits than are counted exactly.
      if (units === 0 || written === 0 || to - first > exactDigits) return -1;
      written = Math.max(0, written);
      let decimals = written;
      for (; decimals > scale && units % 10 === 0; decimals--) units /= 10;
      for (; decimals < scale; decimals++) units *= 10;
      if (units >= 10 ** exactDigits) return -1;
      keepWords(key, drawFor());
      const factor = (draws.again().integer(-1_000_000, 1_000_000) / 1e8) * percent;
      const off = Math.round(units * factor) || (factor < 0 ? -1 : 1);
      const room = Math.max(most, Math.max(1, digitsOf(units) - decimals));
      const isAllowed = (it: number) =>
        it > 0 &&
        !edges.some((end) => units <= end && it > end) &&
        Math.max(1, digitsOf(it) - decimals) <= room;
      let number = isAllowed(units + off) ? units + off : units - off;
      if (!isAllowed(number)) return -1;
      for (; decimals < written; decimals++) number *= 10;
      if (number >= 10 ** exactDigits) return -1;
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

/** How many digits a column takes before its point, and has after it, where its type tells. */
function roomOf({ type, kind }: Pick<ColumnFacts, 'type' | 'kind'>) {
  const [, precision, scale] = /\((\d+)(?:, *(-?\d+))?\)/.exec(type) ?? [];
  // One number alone counts the bits of a float.
  if (precision === undefined || (kind === 'float' && scale === undefined))
    return { most: Infinity, scale: 0 };
  return {
    most: Number(precision) - Number(scale ?? 0),
    scale: Math.max(0, Number(scale ?? 0)),
  };
}

function digitsBefore(units: bigint, decimals: number): number {
  return Math.max(1, String(units).length - decimals);
}

/** A text keeps its plus and its decimals, and a number with an exponent has one again. */
function inFormOfNumber(value: NonNullable<Value>, masked: string, decimals: number): Value {
  if (typeof value === 'bigint' && !masked.includes('.')) return BigInt(masked);
  if (typeof value !== 'string') return Number(masked);
  if (/e/i.test(value)) return String(Number(masked));
  const wanted = value.includes('.') ? value.length - value.indexOf('.') - 1 : 0;
  const zeros = '0'.repeat(Math.max(0, wanted - decimals));
  const dotted = zeros !== '' && decimals <= 0 ? `${masked}.` : masked;
  return (value.startsWith('+') ? '+' : '') + dotted + zeros;
}
