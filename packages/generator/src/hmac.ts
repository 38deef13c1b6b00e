import { blockLength, sha256, sha256From, stateAfter } from './sha256.js';

/** Gives 32 bytes for a message: the same for the same key and message, else unpredictable. */
export type Hmac = (message: Uint8Array) => Uint8Array;

/**
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key. The key is absorbed once, so that a short
 * message costs two rounds of the hash.
 */
export function hmacSha256(key: Uint8Array): Hmac {
  const short = key.length > blockLength ? sha256(key) : key;
  const inner = stateAfter(padded(short, 0x36));
  const outer = stateAfter(padded(short, 0x5c));
  return (message) => sha256From(outer, blockLength, sha256From(inner, blockLength, message));
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(blockLength).fill(pad);
  for (let i = 0; i < key.length; i++) block[i] = key[i]! ^ pad;
  return block;
}
