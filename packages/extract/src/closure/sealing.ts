import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Value } from '@hot-fixture/database';

const cipher = 'aes-128-cbc';
/** The same for all: equal values have to stay equal, and the key is gone with the process. */
const start = Buffer.alloc(16);

/**
 * Seals values that the policy hides, so that a disk can hold them: AES-128 in CBC (NIST SP 800-38A)
 * under a key that nobody knows, as bytes that are the same for the same value.
 */
export class Sealing {
  readonly #key = randomBytes(16);

  seal(value: Value): Value {
    if (value === null) return null;
    const sealing = createCipheriv(cipher, this.#key, start);
    return Buffer.concat([sealing.update(plainOf(value)), sealing.final()]);
  }

  open(sealed: Value): Value {
    if (sealed === null) return null;
    const opening = createDecipheriv(cipher, this.#key, start);
    const plain = Buffer.concat([opening.update(sealed as Uint8Array), opening.final()]);
    return readPlain(String.fromCharCode(plain[0] as number), plain.subarray(1));
  }
}

function plainOf(value: NonNullable<Value>): Buffer {
  if (typeof value === 'string') return Buffer.from(`t${value}`);
  if (typeof value === 'bigint') return Buffer.from(`i${value}`);
  if (typeof value === 'number') return Buffer.from(`n${value}`);
  return Buffer.concat([Buffer.from('b'), value]);
}

function readPlain(sort: string, plain: Buffer): Value {
  if (sort === 't') return plain.toString();
  if (sort === 'i') return BigInt(plain.toString());
  return sort === 'n' ? Number(plain) : new Uint8Array(plain);
}
