import type { Value } from '../column.js';
import { fits } from '../fitting.js';
import { whyNot } from '../literals.js';
import { defineMasker, type Mask, type MaskBytes, maskRoom } from '../masker.js';
import { writeBytes } from '../written-bytes.js';

/** Kinds whose values SQLite has as numbers. */
const numeric = new Set(['integer', 'decimal', 'float', 'other']);

export const constant = defineMasker({
  name: 'constant',
  about: 'The same value in every row; NULL stays NULL.',
  kinds: 'any',
  keeps: { unique: false, length: false, format: false, order: false, referential: false },
  options: {
    value: {
      type: 'text',
      about:
        'The value, as the database writes it. One that the column cannot hold is refused before a row is read, as far as its type tells: not of intervals, ranges, shapes and types of users.',
    },
  },
  masksEmptyText: true,
  bind({ options: { value: text }, column, refuse }): Mask {
    if (column.kind === 'text' && !fits(text, column.maxLength)) {
      throw refuse(`the value has more than the ${column.maxLength} characters of the column`);
    }
    const reason = whyNot(text, column);
    if (reason) throw refuse(`the value is ${reason}`);
    return (value) => inFormOf(value, text, column.kind);
  },
  bindBytes({ options: { value: text }, column }): MaskBytes | null {
    // Of a truth value, the form depends on the value; other signs may be written in other ways.
    if (column.kind === 'boolean' || column.kind === 'binary') return null;
    if (!/^[ -[\]-~]*$/.test(text) || text.length > maskRoom) return null;
    const bytes = new Uint8Array(Buffer.from(text));
    return (_source, _from, _to, out, at) => writeBytes(out, at, bytes);
  },
});

/** The constant in the form in which the database gave the value that it stands for. */
function inFormOf(value: NonNullable<Value>, text: string, kind: string): Value {
  if (kind === 'boolean') {
    const bit = /^(?:t|true|1)$/i.test(text) ? 1 : 0;
    if (typeof value === 'string') return /^[01]$/.test(value) ? String(bit) : 'ft'[bit]!;
    return typeof value === 'bigint' ? BigInt(bit) : bit;
  }
  if (typeof value === 'object') return kind === 'binary' ? Buffer.from(text, 'utf8') : text;
  if (typeof value === 'string' || !numeric.has(kind) || !isNumber(text)) return text;
  const isWhole = typeof value === 'bigint' && /^[+-]?\d+$/.test(text);
  return isWhole ? BigInt(text.replace('+', '')) : Number(text);
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
