import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, masking } from './facts.js';

const integer = (facts = {}, options = {}) =>
  masking('integer', { kind: 'integer', type: 'bigint', unique: true, ...facts }, options);

/** The least and the greatest number of each type, of each dialect. */
const types: Record<string, [bigint, bigint]> = {
  tinyint: [-(2n ** 7n), 2n ** 7n - 1n],
  'tinyint unsigned': [0n, 2n ** 8n - 1n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  'smallint unsigned': [0n, 2n ** 16n - 1n],
  mediumint: [-(2n ** 23n), 2n ** 23n - 1n],
  'mediumint unsigned': [0n, 2n ** 24n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  'int unsigned': [0n, 2n ** 32n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
  'bigint unsigned': [0n, 2n ** 64n - 1n],
};

describe.each(Object.entries(types))('numbers of type %s', (type, [least, most]) => {
  const mask = integer({ type });

  test('have masks of that type, of their sign, and the same in a wider column', () => {
    const wide = integer({ type: 'bigint', unique: false });
    const check = (value: bigint) => {
      const masked = mask(value) as bigint;
      expect(masked >= least && masked <= most).toBe(true);
      expect(masked > 0n).toBe(value > 0n);
      expect(masked < 0n).toBe(value < 0n);
      expect(wide(String(value))).toBe(String(masked));
    };
    for (const value of [least, least + 1n, 0n, 1n, most - 1n, most]) check(value);
    fc.assert(fc.property(fc.bigInt({ min: least, max: most }), check), { numRuns: 50 });
  });
});

test.each([
  ['from 1 on', 1, 70_000],
  ['below zero', -40_000, -1],
  ['where bigints begin', Number.MAX_SAFE_INTEGER - 2000, Number.MAX_SAFE_INTEGER],
])('no two numbers %s have one mask', (_, first, last) => {
  const mask = integer();
  const masks = new Set<unknown>();
  for (let i = first; i <= last; i++) masks.add(mask(i));
  expect(masks.size).toBe(last - first + 1);
});

test('a number comes back in the form in which it came', () => {
  const mask = integer();
  const masked = mask(123_456) as number;
  expect(mask('123456')).toBe(String(masked));
  expect(mask('+0123456')).toBe(String(masked));
  expect(mask(123_456n)).toBe(BigInt(masked));
  expect([mask(0), mask('0'), mask(0n), mask(null)]).toEqual([0, '0', 0n, null]);
});

describe('with a range', () => {
  test('every number of the range comes once', () => {
    const mask = integer({}, { from: -5, to: 94 });
    const masks = Array.from({ length: 100 }, (_, i) => mask(i - 5) as number);
    expect(masks.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i - 5));
  });

  test('a number that is not in it is refused, and not told', () => {
    for (const value of ['100200', 100_200, 100_200n]) {
      const masked = () => integer({}, { from: 1, to: 999 })(value);
      expect(masked).toThrow(code('HFIT_MASKER_VALUE'));
      expect(masked).not.toThrow(/100200/);
    }
  });

  test.each([
    [{ from: 1 }, 'bigint', /both its ends/],
    [{ from: 9, to: 9 }, 'bigint', /must be less/],
    [{ from: 1, to: 40_000 }, 'smallint', /40000 is out of the range of smallint/],
  ])('that is none is refused: %j', (options, type, text) => {
    expect(() => integer({ type }, options)).toThrow(code('HFIT_MASKER_UNFIT'));
    expect(() => integer({ type }, options)).toThrow(text);
  });
});

test('what is no number, or none of 64 bits, is not masked', () => {
  for (const value of ['x', '1.5', 1.5, 1e300, new Uint8Array([1])]) {
    expect(integer()(value)).toBeNull();
    expect(() => integer({ nullable: false })(value)).toThrow(code('HFIT_MASKER_VALUE'));
  }
  expect(() => integer()(2n ** 64n)).toThrow(/more than 64 bits/);
  expect(() => integer({ type: 'year(4)' })).toThrow(code('HFIT_MASKER_UNFIT'));
});
