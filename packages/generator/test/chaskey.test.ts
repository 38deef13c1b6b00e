import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagOfBlock } from '../src/chaskey.js';
import { bytesOf, Chaskey, type WritableWords, wordsOf } from '../src/index.js';

const key = [0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39] as const;
const chaskey = new Chaskey(key);

function tagOf(bytes: Uint8Array, length = bytes.length): string {
  const out: WritableWords = [0, 0, 0, 0];
  chaskey.tag(bytes, length, out);
  return out.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');
}

/** Of the messages 00, 00 01, 00 01 02 … by their length, as the authors published them. */
test.each([
  [0, '43cb1f41 51eba0c2 ff0a8ac3 7ee3f642'],
  [1, 'f9ac2067 9c35a846 441aad3d 777b7330'],
  [15, '03cfb44b 283c8163 fca71448 c40a0aea'],
  [16, '5dd0e2a9 fb5eac8c 633a392e 500c36f3'],
  [17, '8b5f6d5a 202314f6 22092368 9639e606'],
  [31, '1d3d30b1 01d74fca 3b2eb54c d8cd36b4'],
  [32, '77962784 07c647fa dd752c0f d2f5a799'],
  [33, 'd74bb867 2c0dfb3a b697e9cd 5658edda'],
  [48, 'f36e748b 8f34677f 1e00ba1b dd7da46d'],
  [63, '2dd072e1 42b89efe fb26b615 049aa451'],
])('the tag of %i bytes is the published one', (length, tag) => {
  expect(tagOf(Uint8Array.from({ length }, (_, i) => i))).toBe(tag);
});

test('what lies behind the message does not count', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 20 }),
      (text, more) => {
        expect(tagOf(Uint8Array.of(...text, ...more), text.length)).toBe(tagOf(text));
      },
    ),
  );
});

test('one block has the same tag under a key that was not prepared', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const out: WritableWords = [0, 0, 0, 0];
      tagOfBlock(wordsOf(bytesOf(key)), wordsOf(bytes), out);
      expect(tagOf(bytes)).toBe(tagOf(bytesOf(wordsOf(bytes))));
      expect(out.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ')).toBe(
        tagOf(bytes),
      );
    }),
  );
});
