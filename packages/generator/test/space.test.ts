import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composed, joined, listed, type Space } from '../src/space.js';
import { drawsOf } from './keys.js';

const all = <T>(space: Space<T>) =>
  Array.from({ length: space.size }, (_, i) => space.at(i, drawsOf('rest', i)));

test('a list gives each of its values once', () => {
  expect(all(listed(['a', 'b', 'a', 'c']))).toEqual(['a', 'b', 'c']);
});

test('joined spaces give the values of each', () => {
  expect(all(joined([listed([1, 2]), listed([3]), listed([4, 5])]))).toEqual([1, 2, 3, 4, 5]);
});

test('what is made of choices is counted through, whatever the choices are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }), (widths) => {
      const space = composed((draws) => widths.map((width) => draws.below(width)).join());
      expect(space.size).toBe(widths.reduce((product, width) => product * width, 1));
      expect(new Set(all(space)).size).toBe(space.size);
    }),
  );
});

test('where some choices lead to more choices, the values are different still', () => {
  const space = composed((draws) => {
    const length = draws.integer(2, 4);
    return Array.from({ length }, () => draws.pick(['a', 'b', 'c'])).join('');
  });
  expect(space.size).toBe(27);
  expect(new Set(all(space)).size).toBe(27);
});

test('a space too large to count keeps its indexes apart and draws the rest', () => {
  const space = composed((draws) => draws.digits('#'.repeat(40)));
  expect(space.size).toBe(2 ** 48);
  const values = Array.from({ length: 3000 }, (_, i) => space.at(i, drawsOf('rest', i)));
  expect(new Set(values.map((value) => value.slice(0, 15))).size).toBe(3000);
  expect(new Set(values.map((value) => value.slice(-15))).size).toBe(3000);
});

test('each way of choosing is counted: bytes, units, digits', () => {
  expect(composed((draws) => draws.byte()).size).toBe(256);
  expect(composed((draws) => draws.digits('#!')).size).toBe(80);
  expect(composed((draws) => draws.unit()).size).toBe(2 ** 48);
});
