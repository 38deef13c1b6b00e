import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aes } from '../src/permute/aes.js';
import { ff1 } from '../src/permute/ff1.js';

const key128 = '2B7E151628AED2A6ABF7158809CF4F3C';
const key192 = `${key128}EF4359D8D580AA4F`;
const key256 = `${key192}7F036D6F04FC6A94`;
const digits = '0123456789';
const letters = '0123456789abcdefghi';
const ten = '39383736353433323130';
const eleven = '3737373770717273373737';

/** "FF1 Samples" of the examples with intermediate values that NIST publishes for SP 800-38G. */
const samples = [
  [1, key128, 10, '', digits, '2433477484'],
  [2, key128, 10, ten, digits, '6124200773'],
  [3, key128, 36, eleven, letters, 'a9tv40mll9kdu509eum'],
  [4, key192, 10, '', digits, '2830668132'],
  [5, key192, 10, ten, digits, '2496655549'],
  [6, key192, 36, eleven, letters, 'xbj3kv35jrawxv32ysr'],
  [7, key256, 10, '', digits, '6657667009'],
  [8, key256, 10, ten, digits, '1001623463'],
  [9, key256, 36, eleven, letters, 'xs8a0azh2avyalyzuwd'],
] as const;

describe.each(samples)('sample %i of NIST', (_, key, radix, tweak, plain, cipher) => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const it = ff1(bytes(key), radix, plain.length, bytes(tweak));
  const left = Math.floor(plain.length / 2);
  const numberOf = (text: string) =>
    [...text].reduce((sum, one) => sum * BigInt(radix) + BigInt(Number.parseInt(one, 36)), 0n);
  const textOf = ([a, b]: readonly (bigint | number)[]) =>
    a!.toString(radix).padStart(left, '0') + b!.toString(radix).padStart(plain.length - left, '0');
  const halves = () => [numberOf(plain.slice(0, left)), numberOf(plain.slice(left))] as const;

  test('with large halves', () => {
    expect(textOf(it.large([...halves()]))).toBe(cipher);
  });

  test.runIf(radix === 10)('with small halves', () => {
    const [a, b] = halves();
    const small: [number, number] = [Number(a), Number(b)];
    it.small!(small);
    expect(textOf(small)).toBe(cipher);
  });
});

test('halves are small or large with one result, also where numbers are at their end', () => {
  for (const [radix, length] of [
    [65_536, 4],
    [65_536, 2],
    [65_535, 3],
    [2, 20],
    [2, 64],
    [1000, 2],
  ] as const) {
    const it = ff1(randomBytes(32), radix, length, randomBytes(5));
    for (const [a, b] of [
      [it.moduli[0] - 1n, it.moduli[1] - 1n],
      [0n, 0n],
      [it.moduli[0] / 3n, it.moduli[1] / 7n],
    ] as const) {
      const small: [number, number] = [Number(a), Number(b)];
      it.small!(small);
      expect(small.map(BigInt)).toEqual(it.large([a, b]));
    }
  }
});

test('AES is the AES of OpenSSL', () => {
  for (const bits of [128, 192, 256]) {
    for (let i = 0; i < 20; i++) {
      const key = randomBytes(bits / 8);
      const block = randomBytes(16);
      const known = createCipheriv(`aes-${bits}-ecb`, key, null).setAutoPadding(false);
      const expected = known.update(block);
      const words = Int32Array.of(0, 4, 8, 12).map((at) => block.readInt32BE(at));
      aes(key)(words);
      expect([...words]).toEqual([0, 4, 8, 12].map((at) => expected.readInt32BE(at)));
    }
  }
});
