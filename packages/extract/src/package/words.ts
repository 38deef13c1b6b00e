import { isUtf8 } from 'node:buffer';
import type { Value } from '@hot-fixture/database';

/** Of longer bytes nothing is searched as a text, and of shorter ones than `hex` all, spelled out. */
const most = { text: 64 * 1024, hex: 256 };

/** `1815-12-10T12:30:00Z`, in which letters hold the numbers together. */
const moment = /(\d{4}-\d\d-\d\d)t(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)z?/g;
/** `\x616461` and `0x616461`. */
const prefix = /^0?x(?=[0-9a-f]{12,}$)/;

/** The letters and digits of a value, whatever stands between them and in whatever case. */
export function wordsOf(value: Value): string[] {
  if (value === null) return [];
  if (value instanceof Uint8Array) return textsOf(value).flatMap((text) => wordsOf(text));
  const words = String(value)
    .toLowerCase()
    .replace(moment, '$1 $2')
    .match(/[\p{L}\p{N}]+/gu);
  return words?.map((word) => (word.length > 12 ? word.replace(prefix, '') : word)) ?? [];
}

/** Bytes as the text that they are, where they are one, and spelled in hexadecimal digits. */
export function textsOf(bytes: Uint8Array): string[] {
  const { buffer, byteOffset, length } = bytes;
  const view = Buffer.from(buffer, byteOffset, length);
  const text = length <= most.text && isUtf8(view) ? [view.toString('utf8')] : [];
  return length <= most.hex && length > 0 ? [...text, view.toString('hex')] : text;
}
