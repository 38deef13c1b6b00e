import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyFrom, threefry } from '../src/threefry.js';
import { chiSquare, chiSquareLimit, drawsOf } from './keys.js';

const bytes = (words: readonly string[]) =>
  Uint8Array.from(words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse()));

/** The known answers of the authors: `tests/kat_vectors` of Random123. */
const answers = [
  [
    '00000000 00000000 00000000 00000000',
    '00000000 00000000 00000000 00000000',
    '9c6ca96a e17eae66 fc10ecd4 5256a7d8',
  ],
  [
    'ffffffff ffffffff ffffffff ffffffff',
    'ffffffff ffffffff ffffffff ffffffff',
    '2a881696 57012287 f6c7446e a16a6732',
  ],
  [
    '243f6a88 85a308d3 13198a2e 03707344',
    'a4093822 299f31d0 082efa98 ec4e6c89',
    '59cd1dbb b8879579 86b5d00c ac8b6d84',
  ],
] as const;

test.each(answers)('the known answer for counter %s, key %s', (counter, key, answer) => {
  const out = new Int32Array(4);
  const words = new Int32Array(bytes(counter.split(' ')).buffer);
  threefry(keyFrom(bytes(key.split(' '))), words, out);
  expect([...out].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ')).toBe(answer);
});

describe('draws of a row', () => {
  const rows = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

  test('are the same whatever was drawn before them, and others for another row', () => {
    fc.assert(
      fc.property(rows, rows, fc.nat({ max: 40 }), (row, other, before) => {
        fc.pre(row !== other);
        const draws = drawsOf('a');
        const fresh = drawsOf('a', row).bytes(20);
        draws.at(other).bytes(before);
        expect(draws.at(row).bytes(20)).toEqual(fresh);
        expect(draws.at(other).bytes(20)).not.toEqual(fresh);
      }),
    );
  });

  test('of another key are others', () => {
    expect(drawsOf('a').bytes(20)).not.toEqual(drawsOf('b').bytes(20));
  });

  test.each([7, 256, 3 * 2 ** 20, 2 ** 40])('favour no row: the first below %d', (n) => {
    const draws = drawsOf('first');
    const counts = new Array<number>(7).fill(0);
    for (let row = 0; row < 70_000; row++) {
      counts[Math.floor((draws.at(row).below(n) / n) * 7)]! += 1;
    }
    const expected = counts.map(
      (_, i) => (70_000 * (Math.ceil(((i + 1) * n) / 7) - Math.ceil((i * n) / 7))) / n,
    );
    expect(chiSquare(counts, expected)).toBeLessThan(chiSquareLimit(6));
  });

  test('of neighbouring rows have nothing to do with each other', () => {
    const draws = drawsOf('neighbours');
    const counts = new Array<number>(64).fill(0);
    for (let row = 0; row < 64_000; row++) {
      counts[draws.at(row).below(8) * 8 + draws.at(row + 1).below(8)]! += 1;
    }
    expect(
      chiSquare(
        counts,
        counts.map(() => 1000),
      ),
    ).toBeLessThan(chiSquareLimit(63));
  });
});
