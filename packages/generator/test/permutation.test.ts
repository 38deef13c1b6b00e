import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbering } from '../src/numbering.js';
import { permutation } from '../src/permutation.js';
import { chiSquare, chiSquareLimit, keyOf } from './keys.js';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('each index of a whole range has a place of its own, for every size', () => {
  for (const size of [...upTo(300).slice(1), 1000, 4095, 4096, 4097, 65_537]) {
    const shuffle = permutation(size, keyOf(`${size}`));
    const seen = new Set(upTo(size).map(shuffle));
    expect(seen.size).toBe(size);
    expect(Math.min(...seen)).toBe(0);
    expect(Math.max(...seen)).toBe(size - 1);
  }
});

test('in a range too large to count no two of many indexes meet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 48 }),
      fc.string(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (size, name, where) => {
        const shuffle = permutation(size, keyOf(name));
        const first = Math.max(0, Math.floor(size * where) - 100);
        const indexes = upTo(Math.min(200, size - first)).map((i) => first + i);
        const places = indexes.map(shuffle);
        expect(new Set(places).size).toBe(indexes.length);
        for (const place of places) expect(place >= 0 && place < size).toBe(true);
      },
    ),
  );
});

test('another key gives another order', () => {
  const indexes = upTo(100);
  const orders = upTo(50).map((i) => indexes.map(permutation(100, keyOf(`${i}`))).join());
  expect(new Set([...orders, indexes.join()]).size).toBe(51);
});

test('no place is favoured: of 6 values, the first lands on each equally often', () => {
  const counts = new Array<number>(36).fill(0);
  for (let i = 0; i < 12_000; i++) {
    const shuffle = permutation(6, keyOf(`${i}`));
    counts[shuffle(0) * 6 + shuffle(1)]! += 1;
  }
  const pairs = counts.filter((_, i) => i % 7 !== 0);
  expect(pairs.reduce((sum, count) => sum + count, 0)).toBe(12_000);
  expect(
    chiSquare(
      pairs,
      pairs.map(() => 400),
    ),
  ).toBeLessThan(chiSquareLimit(29));
});

test.each([0, -1, 1.5, 2 ** 48 + 1, Number.NaN])('a size of %d is refused', (size) => {
  expect(() => permutation(size, keyOf(''))).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE' }),
  );
});

test('numbers of rows are all different, and as short as they can be', () => {
  const number = numbering(keyOf('numbers'));
  for (const [rows, digits] of [
    [10, 1],
    [100, 2],
    [1000, 3],
    [10_000, 4],
  ] as const) {
    const numbers = upTo(rows).map(number);
    expect(new Set(numbers).size).toBe(rows);
    expect(Math.max(...numbers)).toBe(10 ** digits - 1);
  }
});

test('numbers of rows far out are different too', () => {
  const number = numbering(keyOf('far'));
  const first = 10 ** 14 - 2000;
  expect(new Set(upTo(2000).map((i) => number(first + i))).size).toBe(2000);
});
