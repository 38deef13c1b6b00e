import { isAscii } from 'node:buffer';
import type { Fields } from '../field-change.js';
import type { Value } from '../model.js';
import { copyField } from './copy-field.js';
import { wholeRows } from './copy-rows.js';
import { fieldOf } from './sent-rows.js';

const tab = 0x09;
const lineEnd = 0x0a;
/** Chunks of about this size are changed at once. */
const pieceSize = 256 * 1024;

/** What is written as more than its letters, or in more than one byte each. */
const special = /[\\\t\n\r\u0080-\uffff]/;
const beyondAscii = /[\u0080-\uffff]/;

/**
 * Changes fields of COPY's text format. The bytes are taken as one text of a letter a byte, so that
 * all that stays is copied in long pieces, and only the fields that are asked for become values.
 */
export const fields: Fields = {
  whole: (chunks) => wholeRows(chunks, pieceSize),

  change(rows, change) {
    const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.length);
    const text = bytes.toString('latin1');
    const isPlain = isAscii(bytes);
    const hasEscapes = text.includes('\\');
    const valueAt = (from: number, to: number): Value => {
      const field = text.slice(from, to);
      if (!isPlain && beyondAscii.test(field)) return fieldOf(bytes.toString('utf8', from, to));
      return hasEscapes && field.includes('\\') ? fieldOf(field) : field;
    };
    const changed = change.fields.flatMap((field, at) => (field ? [{ at, field }] : []));
    const reads = [...new Set([...change.reads, ...changed.map(({ at }) => at)])];
    const width = Math.max(...reads) + 1;
    const from = new Int32Array(width);
    const to = new Int32Array(width);
    const row: Value[] = change.fields.map(() => null);
    const masked: Value[] = [];
    const places: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      for (let i = 0; i < width; i++) {
        from[i] = at;
        while (bytes[at] !== tab && bytes[at] !== lineEnd) at += 1;
        to[i] = at;
        at += 1;
      }
      while (bytes[at - 1] !== lineEnd) at += 1;
      for (const i of reads) row[i] = valueAt(from[i]!, to[i]!);
      for (const { at: i, field } of changed) {
        const value = row[i]!;
        if (value === null) continue;
        masked.push(field(value, row));
        places.push(from[i]!, to[i]!);
      }
    }
    return joined(text, masked, places);
  },
};

/** The text with other values at the places, each of which begins and ends somewhere. */
function joined(text: string, values: readonly Value[], places: readonly number[]): Buffer {
  // One look at all of them takes a fraction of the time of many.
  const isPlain = !values.includes(null) && !special.test(values.join(''));
  let out = '';
  let copied = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    out += text.slice(copied, places[2 * i]) + (isPlain ? value : written(value));
    copied = places[2 * i + 1]!;
  }
  return Buffer.from(out + text.slice(copied), 'latin1');
}

/** A value as a field, a letter for each of its bytes. */
function written(value: Value): string {
  const field = copyField(value);
  return beyondAscii.test(field) ? Buffer.from(field).toString('latin1') : field;
}
