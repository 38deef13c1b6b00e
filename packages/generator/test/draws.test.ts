import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesFrom } from '../src/index.js';

const entropy = new Uint8Array(16).fill(1);
const drawsOf = (label: string) => valuesFrom(entropy).draws(label);

test('a label gives the same stream each time, and another label another', () => {
  expect(drawsOf('a').bytes(100)).toEqual(drawsOf('a').bytes(100));
  expect(drawsOf('a').bytes(100)).not.toEqual(drawsOf('b').bytes(100));
});

test('a stream is the same however it is cut', () => {
  const whole = drawsOf('a').bytes(100);
  const pieces = drawsOf('a');
  expect([...pieces.bytes(33), ...pieces.bytes(0), ...pieces.bytes(67)]).toEqual([...whole]);
});

test('a stream does not repeat itself', () => {
  const draws = drawsOf('a');
  const blocks = Array.from({ length: 3000 }, () => draws.bytes(32).join());
  expect(new Set(blocks).size).toBe(3000);
});

test('the stream of today is the stream of all days', () => {
  expect(Buffer.from(drawsOf('frozen').bytes(40)).toString('hex')).toMatchInlineSnapshot(
    `"2fe37ad69341551e6a19bf7ff5f162c7d32d24c08033e8990d7d351a3ff1e335381970b1e4f31384"`,
  );
});

test('what is drawn lies in its range', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 48 })),
      fc.integer(),
      (label, n, least) => {
        const draws = drawsOf(label);
        const below = draws.below(n);
        expect(Number.isInteger(below) && below >= 0 && below < n).toBe(true);
        const integer = draws.integer(least, least + n - 1);
        expect(integer >= least && integer < least + n).toBe(true);
      },
    ),
  );
});

test('no number is favoured', () => {
  const counts = new Array<number>(7).fill(0);
  const draws = drawsOf('dice');
  for (let i = 0; i < 70_000; i++) counts[draws.below(7)]! += 1;
  // Six degrees of freedom: above 33 in one of 100,000 fair dice, and the seed is fixed.
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(33);
});

test('a number that is no divisor of 2^32 does not favour the small ones', () => {
  const n = 3 * 2 ** 30;
  const draws = drawsOf('large');
  let small = 0;
  for (let i = 0; i < 30_000; i++) if (draws.below(n) < 2 ** 30) small += 1;
  // Taken modulo n, half of them would be small instead of a third.
  expect(small / 30_000).toBeCloseTo(1 / 3, 1);
});

test('both ends of a range are drawn', () => {
  const draws = drawsOf('ends');
  const drawn = new Set(Array.from({ length: 200 }, () => draws.integer(-1, 1)));
  expect([...drawn].sort()).toEqual([-1, 0, 1]);
});

test('a pattern keeps all but its marks', () => {
  const draws = drawsOf('pattern');
  for (let i = 0; i < 50; i++) expect(draws.digits('+1 !##-x')).toMatch(/^\+1 [2-9]\d\d-x$/);
});

describe('a range that holds nothing is refused', () => {
  const draws = drawsOf('bad');
  test.each([
    ['below(0)', () => draws.below(0)],
    ['below(1.5)', () => draws.below(1.5)],
    ['below(NaN)', () => draws.below(Number.NaN)],
    ['below(2^49)', () => draws.below(2 ** 49)],
    ['integer(2, 1)', () => draws.integer(2, 1)],
    ['integer(0, Infinity)', () => draws.integer(0, Number.POSITIVE_INFINITY)],
    ['integer far apart', () => draws.integer(-(2 ** 50), 2 ** 50)],
    ['pick of nothing', () => draws.pick([])],
  ])('%s', (_, draw) => {
    expect(draw).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE' }));
  });
});
