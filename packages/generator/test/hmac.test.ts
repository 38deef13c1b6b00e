import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha256 } from '../src/index.js';

const nodes = (key: Uint8Array, message: Uint8Array) =>
  createHmac('sha256', key).update(message).digest('hex');
const ours = (key: Uint8Array, message: Uint8Array) =>
  Buffer.from(hmacSha256(key)(message)).toString('hex');

test('it is the HMAC of Node, for keys and messages of any length', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      expect(ours(key, message)).toBe(nodes(key, message));
    }),
    { numRuns: 500 },
  );
});

test('it is the HMAC of Node at every length around the edges of a block', () => {
  const key = new Uint8Array(32).fill(7);
  const hmac = hmacSha256(key);
  for (let length = 0; length <= 200; length++) {
    const message = new Uint8Array(length).fill(0xa5);
    expect(Buffer.from(hmac(message)).toString('hex')).toBe(nodes(key, message));
  }
});

test('a message of a megabyte', () => {
  const message = new Uint8Array(2 ** 20 + 3).map((_, i) => i * 31);
  expect(ours(new Uint8Array(32), message)).toBe(nodes(new Uint8Array(32), message));
});

test('one key serves any number of messages, in any order', () => {
  const hmac = hmacSha256(new Uint8Array([1, 2, 3]));
  const first = hmac(new Uint8Array([9]));
  hmac(new Uint8Array(100));
  expect(hmac(new Uint8Array([9]))).toEqual(first);
});
