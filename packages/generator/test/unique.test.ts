import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator, localeNames, type Spec, type ValueOf } from '../src/index.js';
import { countable, specs } from './specs.js';

const exhausted = expect.objectContaining({ code: 'HFIT_GENERATOR_EXHAUSTED' });
const text = (value: unknown) =>
  value instanceof Date ? value.toISOString() : JSON.stringify(value);

function values<const S extends Spec>(spec: S, count: number): ValueOf<S>[] {
  const at = new Generator({ seed: 3 }).attribute('t', 'a', spec as never) as (
    row: number,
  ) => ValueOf<S>;
  return Array.from({ length: count }, (_, row) => at(row));
}

const whole = [
  [{ type: 'boolean' }, 2],
  [{ type: 'integer', min: -500, max: 500 }, 1001],
  [{ type: 'decimal', min: -1, max: 1, scale: 2 }, 201],
  [{ type: 'decimal', min: 0.005, max: 0.1, scale: 2 }, 10],
  [{ type: 'oneOf', values: ['a', 'b', 'c', 'a'] }, 3],
  [{ type: 'string', alphabet: 'abc', minLength: 3, maxLength: 5 }, 351],
  [{ type: 'string', pattern: '#-?!' }, 2080],
  [{ type: 'string', pattern: 'customer_number' }, 100_000],
  [{ type: 'date', from: '2024-02-01', to: '2024-03-01' }, 30],
  [{ type: 'datetime', from: '2024-02-29', to: '2024-02-29' }, 86_400],
  [{ type: 'time' }, 86_400],
  [{ type: 'ipAddress' }, 768],
  [{ type: 'bytes', length: 1 }, 256],
  [{ type: 'phone' }, 80_000],
  [{ type: 'phone', locale: 'de' }, 5000],
  [{ type: 'name', locale: 'fr' }, 931 * 150],
  [{ type: 'name', locale: 'ru' }, (80 + 321) * 250],
  [{ type: 'name', locale: 'es' }, 227 * 625],
  [{ type: 'name', part: 'family', locale: 'fr' }, 150],
  [{ type: 'address', part: 'city', locale: 'de' }, 200],
  [{ type: 'company', locale: 'fr' }, 150 * (8 + 150) * 3],
  [{ type: 'address', part: 'countryCode', locale: ['de', 'fr'] }, 2],
  [{ type: 'locale', locale: ['de', 'fr', 'ja'] }, 3],
  [{ type: 'email', maxLength: 14 }, 100],
  [{ type: 'text', maxLength: 2 }, 100],
] as const;

describe('a space is used up to its last value, and then it says so', () => {
  test.each(whole)('%j has %d', (spec, size) => {
    const at = new Generator({ seed: 1 }).attribute('t', 'a', {
      ...spec,
      unique: true,
    } as never) as (row: number) => unknown;
    const seen = new Set<string>();
    for (let row = 0; row < size; row++) seen.add(text(at(row)));
    expect(seen.size).toBe(size);
    expect(() => at(size)).toThrow(exhausted);
    expect(() => at(size)).toThrow(/where: t\.a/);
  });
});

test('no two rows of any unique attribute meet, near the first row or far out', () => {
  const far = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 ** 9 }));
  fc.assert(
    fc.property(specs, far, (given, first) => {
      const spec = { ...countable(given), unique: true } as Spec;
      const generator = new Generator({ seed: 2 });
      const seen = new Set<string>();
      let made = 0;
      try {
        const at = generator.attribute('t', 'a', spec as never) as (row: number) => unknown;
        for (; made < 300; made++) seen.add(text(at(first + made)));
      } catch (error) {
        // A small space ends here; a float and some parts of addresses are refused at once.
        expect(error).toMatchObject({
          code: expect.stringMatching(/^HFIT_GENERATOR_(EXHAUSTED|NOT_UNIQUE)$/),
        });
      }
      expect(seen.size).toBe(made);
    }),
    { numRuns: 300 },
  );
});

test('faker gave 49,839 distinct e-mail addresses in 50,000: here they are 50,000', () => {
  expect(new Set(values({ type: 'email' }, 50_000)).size).toBe(50_000);
  expect(new Set(values({ type: 'email', maxLength: 20 }, 50_000)).size).toBe(50_000);
  expect(new Set(values({ type: 'userName', locale: localeNames }, 50_000)).size).toBe(50_000);
});

test.each(localeNames)(
  'full names, companies and addresses of %s are no two the same',
  (locale) => {
    for (const type of ['name', 'company', 'address'] as const) {
      const count = locale === 'ja' ? 15_000 : 30_000;
      expect(new Set(values({ type, locale, unique: true }, count)).size).toBe(count);
    }
  },
);

test('names, companies and addresses of several locales are no two the same either', () => {
  for (const type of ['name', 'company', 'address', 'phone'] as const) {
    const spec = { type, locale: localeNames, unique: true } as const;
    expect(new Set(values(spec, 20_000)).size).toBe(20_000);
  }
});

describe('unique values keep their type', () => {
  test('booleans stay booleans', () => {
    expect(values({ type: 'boolean', unique: true }, 2).sort()).toEqual([false, true]);
  });

  test('JSON stays JSON, with a schema and without', () => {
    for (const value of values({ type: 'json', unique: true }, 50)) {
      expect(value).toEqual({
        id: expect.any(String),
        label: expect.any(String),
        active: expect.any(Boolean),
      });
    }
    const schema = { n: { type: 'integer', min: 1, max: 9, unique: true }, kind: 'box' } as const;
    const made = values({ type: 'json', schema, unique: true }, 9);
    expect(made.map(({ n }) => n).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(() => values({ type: 'json', schema, unique: true }, 10)).toThrow(exhausted);
  });
});

test.each<[string, Spec]>([
  ['a float', { type: 'float', unique: true }],
  ['weights', { type: 'oneOf', values: [1, 2], weights: [1, 2], unique: true }],
  ['a distribution', { type: 'integer', distribution: { kind: 'zipf' }, unique: true }],
  ['a probability', { type: 'boolean', probability: 0.1, unique: true }],
  [
    'JSON of which nothing is unique',
    { type: 'json', schema: { n: { type: 'integer' } }, unique: true },
  ],
  [
    'streets of several locales',
    { type: 'address', part: 'street', locale: ['de', 'fr'], unique: true },
  ],
])('what cannot be unique is refused before the first row: %s', (_, spec) => {
  expect(() => new Generator({ seed: 1 }).attribute('t', 'a', spec as never)).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_NOT_UNIQUE', where: 't.a' }),
  );
});

test('unique values come in an order that does not show', () => {
  const numbers = values({ type: 'integer', min: 0, max: 999, unique: true }, 1000);
  const rising = numbers.filter((number, i) => i > 0 && number > numbers[i - 1]!).length;
  // Half of 999 neighbours rise; the standard deviation is about 9.
  expect(Math.abs(rising - 499.5)).toBeLessThan(50);
});

describe('combinations', () => {
  const pairs = (sizes: readonly number[]) =>
    new Generator({ seed: 4 }).combinations('t', 'pair', sizes);

  test('50 of 100 pairs were duplicates elsewhere: here all 100 are different', () => {
    const pair = pairs([10, 10]);
    const seen = new Set(Array.from({ length: 100 }, (_, row) => pair(row).join()));
    expect(seen.size).toBe(100);
    expect(() => pair(100)).toThrow(exhausted);
  });

  test('each comes once, and every index is below its size', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, (sizes) => {
        const size = sizes.reduce((product, it) => product * it, 1);
        const combination = pairs(sizes);
        const all = Array.from({ length: size }, (_, row) => combination(row));
        expect(new Set(all.map((it) => it.join())).size).toBe(size);
        for (const it of all)
          expect(it.every((index, i) => index >= 0 && index < sizes[i]!)).toBe(true);
      }),
    );
  });

  test('many tables of many rows are combined as well', () => {
    const combination = pairs([100_000, 100_000, 100_000, 100_000]);
    const all = Array.from({ length: 20_000 }, (_, row) => combination(row));
    expect(new Set(all.map((it) => it.join())).size).toBe(20_000);
    for (const at of [0, 1, 2, 3])
      expect(new Set(all.map((it) => it[at])).size).toBeGreaterThan(15_000);
  });

  test.each([[[0, 3]], [[1.5]], [[2 ** 50]]])('of sizes %j are refused', (sizes) => {
    expect(() => pairs(sizes)).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE' }));
  });
});
