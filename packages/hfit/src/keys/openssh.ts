import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { WireReader } from './wire.js';

const magic = 'openssh-key-v1\0';
const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/;

/**
 * Reads a private key as ssh-keygen writes it, which Node's crypto does not know.
 * Source: PROTOCOL.key of OpenSSH; the fields of each key type in its sshkey.c and RFC 8709.
 * @throws HFIT_KEY_FORMAT, HFIT_KEY_ENCRYPTED, HFIT_KEY_UNSUPPORTED
 */
export function readOpenssh(text: string): KeyObject {
  const base64 = body.exec(text)?.[1];
  if (base64 === undefined) throw malformed('its last line is missing');
  const reader = readerOf(Buffer.from(base64, 'base64'));
  if (reader.take(magic.length).toString('latin1') !== magic) throw malformed('it is no such key');
  const cipher = reader.field().toString();
  reader.field(); // the name of the key derivation, and its options
  reader.field();
  if (reader.number() !== 1) throw malformed('it holds more than one key');
  reader.field(); // the public key
  if (cipher !== 'none') throw new HfitError('HFIT_KEY_ENCRYPTED', {});
  return readSection(readerOf(reader.field()));
}

/**
 * The public half of such a key, which stands in the file unlocked; null where it is no such file.
 * @returns as an agent names it: the blob of RFC 4253, section 6.6
 */
export function publicBlobOf(text: string): Buffer | null {
  const line = /^(?:ssh-\S+) (AAAA[A-Za-z0-9+/=]+)/m.exec(text)?.[1];
  if (line !== undefined) return Buffer.from(line, 'base64');
  const base64 = body.exec(text)?.[1];
  if (base64 === undefined) return null;
  const reader = readerOf(Buffer.from(base64, 'base64'));
  reader.take(magic.length);
  for (let field = 0; field < 3; field++) reader.field();
  reader.number();
  return reader.field();
}

function readerOf(bytes: Buffer): WireReader {
  return new WireReader(bytes, () => malformed('it is cut'));
}

function readSection(reader: WireReader): KeyObject {
  // The same random number twice: with a cipher it tells a wrong passphrase.
  const [check, again] = [reader.number(), reader.number()];
  if (check !== again) throw malformed('its check numbers differ');
  const type = reader.field().toString();
  const jwk = jwkOf(type, reader);
  reader.field(); // the comment
  assertPadding(reader.rest());
  try {
    const key = createPrivateKey({ format: 'jwk', key: jwk });
    // Node takes the seed of an Ed25519 key and does not look at the public half beside it.
    if (createPublicKey(key).export({ format: 'jwk' }).x === jwk.x) return key;
  } catch (cause) {
    throw malformed('its numbers do not make a key', cause);
  }
  throw malformed('its two halves do not go together');
}

function jwkOf(type: string, reader: WireReader): JsonWebKey {
  if (type === 'ssh-ed25519') {
    const x = reader.field();
    const secret = reader.field(); // the seed, and the public key again
    if (x.length !== 32 || secret.length !== 64) throw malformed('its key has the wrong length');
    return { kty: 'OKP', crv: 'Ed25519', x: base64url(x), d: base64url(secret.subarray(0, 32)) };
  }
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [1, 2, 3, 4, 5, 6].map(() => reader.field()) as RsaNumbers;
    const [dp, dq] = [exponent(d, p), exponent(d, q)];
    const numbers = { n, e, d, p, q, dp, dq, qi };
    const fields = Object.entries(numbers).map(([name, value]) => [name, base64url(bare(value))]);
    return { kty: 'RSA', ...Object.fromEntries(fields) };
  }
  throw new HfitError('HFIT_KEY_UNSUPPORTED', { type });
}

type RsaNumbers = [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];

/** d mod (prime - 1), which the file leaves to its reader. */
function exponent(d: Buffer, prime: Buffer): Buffer {
  const below = BigInt(`0x0${prime.toString('hex')}`) - 1n;
  if (below <= 0n) throw malformed('its numbers do not make a key');
  const hex = (BigInt(`0x0${d.toString('hex')}`) % below).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

/** A number without the zero that keeps it from being read as a negative one. */
function bare(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function assertPadding(padding: Buffer): void {
  if (padding.every((byte, index) => byte === index + 1)) return;
  throw malformed('something stands after its end');
}

function malformed(reason: string, cause?: unknown): HfitError {
  return new HfitError('HFIT_KEY_FORMAT', { reason: `OpenSSH key: ${reason}` }, { cause });
}
