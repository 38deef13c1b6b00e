import type { Row, Value } from '../model.js';

/*
 * One query with its parameters and its answer, in the frontend/backend protocol 3.0 (PostgreSQL,
 * "Message Formats"). PGlite reads texts without a byte order mark at their begin, so a value that
 * begins with one has to be read by ourselves.
 */

const text = (value: string) => Buffer.from(`${value}\0`);

function int(value: number, size: 2 | 4): Buffer {
  const buffer = Buffer.alloc(size);
  buffer.writeIntBE(value, 0, size);
  return buffer;
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(type), int(size, 4), ...parts]);
}

function bound(value: Value): Buffer {
  if (value === null) return int(-1, 4);
  const bytes = Buffer.from(String(value));
  return Buffer.concat([int(bytes.length, 4), bytes]);
}

/** Parse, Bind, Execute and Sync, with all values as text. */
export function extendedQuery(sql: string, parameters: readonly Value[]): Buffer {
  const noFormats = int(0, 2);
  return Buffer.concat([
    message('P', text(''), text(sql), int(0, 2)),
    message(
      'B',
      ...[text(''), text(''), noFormats],
      ...[int(parameters.length, 2), ...parameters.map(bound), noFormats],
    ),
    message('E', text(''), int(0, 4)),
    message('S'),
  ]);
}

const dataRow = 'D'.charCodeAt(0);

/** The rows in an answer; whatever else is in it is left out. */
export function rowsIn(answer: Uint8Array): Row[] {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const rows: Row[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] !== dataRow) continue;
    const row: Value[] = new Array(bytes.readInt16BE(at + 5));
    let from = at + 7;
    for (let i = 0; i < row.length; i += 1) {
      const size = bytes.readInt32BE(from);
      from += 4;
      row[i] = size < 0 ? null : bytes.toString('utf8', from, from + size);
      if (size > 0) from += size;
    }
    rows.push(row);
  }
  return rows;
}
