import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Permutations } from '../src/permute/permutation.js';
import { key, otherKey } from './facts.js';

const permutations = new Permutations(key, 'test');

describe('each number comes once', () => {
  test.each([1, 2, 3, 10, 127, 65_536, 65_537])('below %i', (size) => {
    const permute = permutations.small(size);
    const seen = new Uint8Array(size);
    let stay = 0;
    for (let i = 0; i < size; i++) {
      const to = permute(i);
      seen[to] = (seen[to] ?? 0) + 1;
      if (to === i) stay += 1;
    }
    expect(seen.every((count) => count === 1)).toBe(true);
    // What is shuffled as a whole leaves none in its place.
    expect(stay).toBe(size === 1 ? 1 : 0);
  });

  test('of any size', () => {
    const exponent = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(exponent, fc.bigInt({ min: 0n, max: 2n ** 300n }), (bits, more) => {
        const size = 2n ** BigInt(bits) + (more % 2n ** BigInt(bits));
        const permute = permutations.of(size);
        const from = [0n, size - 1n, more % size, size / 2n];
        const to = from.map(permute);
        expect(to.every((it) => it >= 0n && it < size)).toBe(true);
        expect(new Set(to).size).toBe(new Set(from).size);
        expect(to).toEqual(from.map(new Permutations(key, 'test').of(size)));
      }),
      { numRuns: 40 },
    );
  });
});

test('of one size, wide and narrow numbers go the same way', () => {
  for (const size of [1000, 2 ** 31 - 1, 2 ** 53]) {
    const [small, large] = [permutations.small(size), permutations.of(BigInt(size))];
    for (const i of [0, 1, 999, size - 1]) expect(large(BigInt(i))).toBe(BigInt(small(i)));
  }
});

test('another key, another label or another size is another permutation', () => {
  const order = (of: Permutations, size: number) =>
    Array.from({ length: 20 }, (_, i) => of.small(size)(i)).join();
  for (const size of [5000, 5_000_000]) {
    const orders = [
      order(permutations, size),
      order(new Permutations(otherKey, 'test'), size),
      order(new Permutations(key, 'other'), size),
      order(permutations, size + 1),
    ];
    expect(new Set(orders).size).toBe(4);
  }
});
