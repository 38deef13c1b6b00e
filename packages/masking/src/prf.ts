import { HfitError } from '@hot-fixture/errors';
import {
  Chaskey,
  hmacSha256,
  type Words,
  type WritableWords,
  wordsOf,
} from '@hot-fixture/generator';
import type { Value } from './column.js';
import { longestPlain, plainDecimal, readDecimal } from './decimals.js';
import type { MaskingKey } from './key.js';

/**
 * Four words of 32 bits for a value under a key and the name of a masker. A value of the same text
 * gives the same words whatever table, type or database it comes from.
 * @param attempt counts the draws for one value, from 0 to 255
 */
export interface Entropy {
  (value: NonNullable<Value>, attempt: number): Words;
  /**
   * The same for the first draw of a text of which these are the bytes, UTF-8; the words stay until
   * the next call of any entropy.
   */
  ofText(bytes: DataView, from: number, to: number): Int32Array;
}

/** Up to here, a loop over the letters is quicker than a call into Node. */
const shortText = 48;

/**
 * From the key, HMAC-SHA-256 derives one of 128 bits for each masker and attempt; under that,
 * Chaskey-12 gives the words of a value. Whoever lacks the key cannot tell them from chance, find
 * the value or the key from them, or tell what another masker makes of the value.
 * @throws HFIT_MASKING_KEY_INVALID when the key is not of 32 bytes
 */
export function entropyUnder(key: MaskingKey, masker: string, kind: string): Entropy {
  if (key.length !== 32) throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
  const hmac = hmacSha256(key);
  const functions: Chaskey[] = [];
  let message = Buffer.alloc(1024);
  let view = viewOf(message);

  /** Texts and bytes are apart: `t` and `b`. */
  const functionOf = (attempt: number, form: 't' | 'b') => {
    const at = attempt * 2 + (form === 't' ? 0 : 1);
    const head = Buffer.from(`${masker}\0${form}\0${attempt}`, 'utf8');
    functions[at] ??= new Chaskey(wordsOf(hmac(head)));
    return functions[at];
  };
  const written = (text: string): number => {
    if (text.length <= shortText) {
      let at = 0;
      for (; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code > 127) break;
        message[at] = code;
      }
      if (at === text.length) return at;
    }
    if (text.length * 3 > message.length) {
      message = Buffer.alloc(text.length * 6);
      view = viewOf(message);
    }
    return message.write(text, 0, 'utf8');
  };

  const entropy = (value: NonNullable<Value>, attempt: number): Words => {
    const plain = plainForm(value, kind);
    if (typeof plain === 'string') {
      const length = written(plain);
      const tag = (functions[attempt * 2] ?? functionOf(attempt, 't')).tagWithin(view, 0, length);
      return [tag[0]!, tag[1]!, tag[2]!, tag[3]!];
    }
    const tag: WritableWords = [0, 0, 0, 0];
    functionOf(attempt, 'b').tag(plain, plain.length, tag);
    return tag;
  };
  const first = functionOf(0, 't');
  return Object.assign(entropy, {
    ofText: (bytes: DataView, from: number, to: number) => first.tagWithin(bytes, from, to),
  });
}

/** What reads several bytes at once. */
export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/**
 * Where what stands for the value of a field ends, which is ASCII: `12.5` for `12.50`.
 * @returns -1 where it does not stand in the field as it is
 */
export function plainEnd(kind: string, bytes: Uint8Array, from: number, to: number): number {
  if (kind === 'uuid') {
    for (let i = from; i < to; i++) if (bytes[i]! >= 65 && bytes[i]! <= 90) return -1;
    return to;
  }
  if (kind === 'decimal' || kind === 'float') return endOfDecimal(bytes, from, to);
  if (kind !== 'integer') return to;
  // A plus or zeros before it may be written or not.
  const first = bytes[from] === minus ? from + 1 : from;
  return bytes[first]! > 48 && bytes[first]! <= 57 ? to : -1;
}

const minus = 0x2d;
const dot = 0x2e;

function endOfDecimal(bytes: Uint8Array, from: number, to: number): number {
  // Longer ones may be written with an exponent.
  if (to - from > longestPlain - 3) return -1;
  const first = bytes[from] === minus ? from + 1 : from;
  let point = -1;
  let end = first;
  for (let i = first; i < to; i++) {
    if (bytes[i] === dot && point < 0 && i > first) point = i;
    else if (bytes[i]! < 48 || bytes[i]! > 57) return -1;
    else if (point < 0 || bytes[i] !== 48) end = i + 1;
  }
  // Zeros before it, and zero itself, which has no sign.
  if (end === first || (bytes[first] === 48 && bytes[first + 1] !== dot)) return -1;
  return bytes[first] === 48 && end === first + 1 ? -1 : end;
}

/** One form for what dialects write differently: 42, 42n, '42' and, in a number, '0042'. */
function plainForm(value: NonNullable<Value>, kind: string): string | Uint8Array {
  if (typeof value === 'object') return value;
  if (typeof value === 'bigint') return value.toString();
  if (kind === 'decimal' || kind === 'float') {
    const number = readDecimal(String(value));
    return number ? plainDecimal(number) : String(value);
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  }
  if (kind === 'uuid') return value.toLowerCase();
  const isInteger = kind === 'integer' && /^[+-]?\d+$/.test(value);
  return isInteger ? BigInt(value.replace('+', '')).toString() : value;
}
