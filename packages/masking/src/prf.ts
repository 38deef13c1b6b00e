import { HfitError } from '@hot-fixture/errors';
import { hmacSha256 } from '@hot-fixture/generator';
import type { Value } from './column.js';
import type { MaskingKey } from './key.js';

/**
 * 32 bytes for a value under a key and the name of a masker. A value of the same text gives the
 * same bytes whatever table, type or database it comes from.
 * @param attempt counts the draws for one value, from 0 to 255
 */
export type Entropy = (value: NonNullable<Value>, attempt: number) => Uint8Array;

/** @throws HFIT_MASKING_KEY_INVALID when the key is not of 32 bytes */
export function entropyUnder(key: MaskingKey, masker: string, kind: string): Entropy {
  if (key.length !== 32) throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
  const hmac = hmacSha256(key);
  const head = Buffer.from(`${masker}\0`, 'utf8');
  let message = Buffer.alloc(1024);
  message.set(head);
  const start = head.length + 2;

  return (value, attempt) => {
    const plain = plainForm(value, kind);
    const needed = start + plain.length * 3;
    if (needed > message.length) {
      message = Buffer.alloc(needed * 2);
      message.set(head);
    }
    message[head.length] = attempt;
    if (typeof plain === 'string') {
      message[head.length + 1] = 0x74; // t: text
      return hmac(message.subarray(0, start + message.write(plain, start, 'utf8')));
    }
    message[head.length + 1] = 0x62; // b: bytes
    message.set(plain, start);
    return hmac(message.subarray(0, start + plain.length));
  };
}

/** One form for what dialects write differently: 42, 42n, '42' and, in a number, '0042'. */
function plainForm(value: NonNullable<Value>, kind: string): string | Uint8Array {
  switch (typeof value) {
    case 'string':
      if (kind === 'uuid') return value.toLowerCase();
      if (kind === 'integer' && /^[+-]?\d+$/.test(value))
        return BigInt(value.replace('+', '')).toString();
      return value;
    case 'number':
      return Number.isInteger(value) ? BigInt(value).toString() : String(value);
    case 'bigint':
      return value.toString();
    default:
      return value;
  }
}
