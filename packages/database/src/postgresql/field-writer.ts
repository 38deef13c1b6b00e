import type { Value } from '../model.js';
import { copyField } from './copy-field.js';

/** Below this, a loop is quicker than a call into the engine. */
const short = 64;

/** Rows as they are written: pieces of other rows, and fields of COPY's text format between them. */
export class FieldWriter {
  /** All that was written, then room. */
  bytes: Buffer<ArrayBuffer>;
  /** Where the next byte goes. */
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Makes room for so many bytes from `at` on. */
  need(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.at + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    this.need(to - from);
    const { bytes } = this;
    let { at } = this;
    if (to - from > short) bytes.set(source.subarray(from, to), at);
    else for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    this.at += to - from;
  }

  value(value: Value): void {
    const text = value === null ? '\\N' : String(value);
    this.need(text.length);
    const { bytes, at } = this;
    if (text.length <= short) {
      let i = 0;
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127 || code < 14 || code === 92) break;
        bytes[at + i] = code;
      }
      if (i === text.length) {
        this.at += i;
        return;
      }
    }
    const field = copyField(value);
    this.need(3 * field.length);
    this.at += this.bytes.write(field, this.at, 'utf8');
  }

  done(): Buffer<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }
}
