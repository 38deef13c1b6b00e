import type { Value } from '../model.js';
import { fieldOf } from './sent-rows.js';

const lineEnd = 0x0a;
const backslash = 0x5c;
const capitalN = 0x4e;

const tab = 0x09;

/** Up to here, a loop finds the end of a line sooner than a call into the engine. */
const near = 64;

/** Where the fields of a row lie in COPY's text format; of one row after the other. */
export class RowFields {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly #bytes: Buffer;
  /** All bits of the bytes of each field; the highest is that of a letter beyond ASCII. */
  readonly #bits: Uint8Array;
  readonly #hasEscapes: boolean;
  /** A letter for each byte; made when a field is first asked for as a value. */
  #text: string | undefined;

  /** @param looked the places of the fields that are looked at */
  constructor(bytes: Uint8Array, looked: readonly number[]) {
    const width = 1 + Math.max(-1, ...looked);
    this.from = new Int32Array(width);
    this.to = new Int32Array(width);
    this.#bits = new Uint8Array(width);
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#hasEscapes = this.#bytes.includes(backslash);
  }

  /** @returns where the row after it begins */
  find(begin: number): number {
    const bytes = this.#bytes;
    const { from, to } = this;
    const bits = this.#bits;
    const size = bytes.length;
    let at = begin;
    for (let i = 0; i < from.length; i++) {
      from[i] = at;
      let all = 0;
      for (; at < size; at++) {
        const byte = bytes[at]!;
        if (byte <= lineEnd && (byte === tab || byte === lineEnd)) break;
        all |= byte;
      }
      bits[i] = all;
      to[i] = at;
      at += 1;
    }
    return this.#endOf(at);
  }

  /** Whether the bytes are the value: ASCII, and nothing that is written otherwise. */
  isPlain(i: number): boolean {
    return this.#bits[i]! < 128 && !this.#isEscaped(i);
  }

  isNull(i: number): boolean {
    if (!this.#hasEscapes) return false;
    const from = this.from[i]!;
    const isShort = this.to[i]! - from === 2;
    return isShort && this.#bytes[from] === backslash && this.#bytes[from + 1] === capitalN;
  }

  value(i: number): Value {
    const [from, to] = [this.from[i]!, this.to[i]!];
    if (this.#bits[i]! > 127) return fieldOf(this.#bytes.toString('utf8', from, to));
    this.#text ??= this.#bytes.toString('latin1');
    const field = this.#text.slice(from, to);
    return this.#isEscaped(i) ? fieldOf(field) : field;
  }

  #isEscaped(i: number): boolean {
    if (!this.#hasEscapes) return false;
    const bytes = this.#bytes;
    const to = this.to[i]!;
    for (let at = this.from[i]!; at < to; at++) if (bytes[at] === backslash) return true;
    return false;
  }

  /** @param at behind the sign that ended a field */
  #endOf(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at - 1] === lineEnd) return at;
    const last = Math.min(at + near, bytes.length);
    for (let i = at; i < last; i++) if (bytes[i] === lineEnd) return i + 1;
    const found = bytes.indexOf(lineEnd, last);
    return found < 0 ? bytes.length : found + 1;
  }
}
