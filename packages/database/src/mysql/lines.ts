import type { FieldPacket } from 'mysql2';
import type { Row } from '../model.js';
import type { Collector } from './cursor.js';
import { ValueWalk } from './packets.js';

/*
 * Rows as LOAD DATA reads them: a line for each, tabs between values, \N for NULL. A byte 0x0A is
 * always the end of a line. The values are the bytes of their columns, each in its character set.
 */

const [tab, lineEnd, backslash, letterN, letterT, lowerN] = [9, 10, 92, 78, 116, 110] as const;

const chunkSize = 256 * 1024;

/** Collects the packets of rows as chunks of lines. */
export class LineCollector implements Collector<Uint8Array[]> {
  readonly #walk = new ValueWalk();
  readonly #head: Buffer;
  #chunks: Buffer[] = [];
  #buffer = Buffer.alloc(0);
  #at = 0;
  #width = 0;

  /** @param head goes before the first line */
  constructor(head: Buffer) {
    this.#head = head;
  }

  get isFull(): boolean {
    return this.#chunks.length > 0;
  }

  begin(fields: readonly FieldPacket[]): void {
    this.#width = fields.length;
    this.#buffer = Buffer.concat([this.#head, Buffer.allocUnsafe(chunkSize)]);
    this.#at = this.#head.length;
  }

  row(bytes: Buffer, start: number, end: number): void {
    const most = 2 * (end - start) + 2 * this.#width;
    if (this.#at + most > this.#buffer.length) this.#next(Math.max(most, chunkSize));
    const [buffer, walk] = [this.#buffer, this.#walk];
    let at = this.#at;
    walk.begin(bytes, start);
    for (let i = 0; i < this.#width; i += 1) {
      if (i > 0) buffer[at++] = tab;
      walk.next();
      if (walk.isNull) {
        buffer[at++] = backslash;
        buffer[at++] = letterN;
      } else at = copyEscaped(bytes, walk.from, walk.to, buffer, at);
    }
    buffer[at++] = lineEnd;
    this.#at = at;
  }

  take(): Uint8Array[] | null {
    if (this.#at > 0) this.#next(chunkSize);
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks.length > 0 ? chunks : null;
  }

  #next(size: number): void {
    if (this.#at > 0) this.#chunks.push(this.#buffer.subarray(0, this.#at));
    this.#buffer = Buffer.allocUnsafe(size);
    this.#at = 0;
  }
}

function copyEscaped(from: Buffer, start: number, end: number, to: Buffer, place: number): number {
  let at = place;
  for (let i = start; i < end; i += 1) {
    const byte = from[i] as number;
    if (byte === backslash || byte === tab || byte === lineEnd) {
      to[at++] = backslash;
      to[at++] = byte === tab ? letterT : byte === lineEnd ? lowerN : backslash;
    } else to[at++] = byte;
  }
  return at;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' };

/** Rows of text as lines in UTF-8; null where any value is bytes, which are no part of a text. */
export function linesOf(rows: readonly Row[]): Buffer | null {
  let text = '';
  for (const row of rows) {
    for (const [i, value] of row.entries()) {
      if (value instanceof Uint8Array) return null;
      if (i > 0) text += '\t';
      text +=
        value === null ? '\\N' : String(value).replace(/[\\\t\n]/g, (it) => escapes[it] as string);
    }
    text += '\n';
  }
  return Buffer.from(text);
}

/** The values of lines, as their bytes. */
export function* rowsOfLines(lines: Buffer): Generator<(Buffer | null)[]> {
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(lineEnd, start);
    const values: (Buffer | null)[] = [];
    for (let from = start; from <= end; ) {
      const next = lines.subarray(from, end).indexOf(tab);
      const to = next === -1 ? end : from + next;
      values.push(unescapedField(lines.subarray(from, to)));
      from = to + 1;
    }
    yield values;
    start = end + 1;
  }
}

function unescapedField(field: Buffer): Buffer | null {
  if (field.length === 2 && field[0] === backslash && field[1] === letterN) return null;
  const value = Buffer.allocUnsafe(field.length);
  let at = 0;
  for (let i = 0; i < field.length; i += 1) {
    let byte = field[i] as number;
    if (byte === backslash) {
      i += 1;
      byte = field[i] as number;
      if (byte === letterT) byte = tab;
      else if (byte === lowerN) byte = lineEnd;
    }
    value[at++] = byte;
  }
  return value.subarray(0, at);
}

/** Whole lines, of about as many bytes as asked for. */
export async function* segments(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = length + bytes.length < size ? 0 : bytes.lastIndexOf(lineEnd) + 1;
    if (end === 0) {
      parts.push(bytes);
      length += bytes.length;
      continue;
    }
    yield Buffer.concat([...parts, bytes.subarray(0, end)]);
    parts = [bytes.subarray(end)];
    length = bytes.length - end;
  }
  if (length > 0) yield Buffer.concat(parts);
}

export function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(lineEnd); at >= 0; at = lines.indexOf(lineEnd, at + 1)) count += 1;
  return count;
}
