import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BuiltInName, Generator, type Spec } from '../src/index.js';
import { specOf, specs, typeNames } from './specs.js';

const rows = fc.integer({ min: 0, max: 10 ** 9 });
const valueAt = (spec: unknown, row: number) =>
  (new Generator({ seed: 8 }).attribute('t', 'a', spec as never) as (row: number) => unknown)(row);

// biome-ignore lint/suspicious/noExplicitAny: each type knows what its own options hold
type Options = Readonly<Record<string, any>>;
const isText = (value: unknown, { maxLength = 1000 }: { maxLength?: number }) =>
  typeof value === 'string' && value !== '' && [...value].length <= maxLength;
const within = (value: unknown, { min, max }: Options) =>
  Number(value) >= min && Number(value) <= max;

/** Whether a value is what its options ask for. */
const holds: { readonly [K in BuiltInName]: (value: unknown, options: Options) => boolean } = {
  string: (it, { length, minLength, maxLength, alphabet, pattern }) => {
    const text = it as string;
    if (pattern !== undefined) return text.length === pattern.length;
    const letters = [...text].every((letter) => (alphabet ?? text).includes(letter));
    return (
      letters &&
      text.length >= (length ?? minLength ?? 12) &&
      text.length <= (length ?? maxLength ?? 12)
    );
  },
  text: (it, { words, ...options }) =>
    isText(it, options) && (it as string).split(' ').length <= (words ?? 9),
  email: (it, { domain, ...options }) =>
    isText(it, options) && (it as string).endsWith(`@${domain ?? (it as string).split('@')[1]}`),
  userName: (it, options) => isText(it, options) && /^[a-z.]+\d+$/.test(it as string),
  phone: (it, options) => isText(it, options) && /^\+\d/.test(it as string),
  name: isText,
  address: isText,
  locale: (it, { locale = ['en'] }) => [locale].flat().includes(it),
  company: isText,
  url: (it, { part, ...options }) =>
    isText(it, options) && (it as string).startsWith('https://') === (part !== 'host'),
  ipAddress: (it, { version }) => (it as string).includes(':') === (version === 6),
  macAddress: (it) => /^[\da-f]{2}(:[\da-f]{2}){5}$/.test(it as string),
  uuid: (it) =>
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(it as string),
  integer: (it, range) => Number.isSafeInteger(it) && within(it, range),
  decimal: (it, { scale = 2, min, max }) =>
    new RegExp(scale === 0 ? '^-?\\d+$' : `^-?\\d+\\.\\d{${scale}}$`).test(it as string) &&
    !/^-0(\.0*)?$/.test(it as string) &&
    within(it, { min, max }),
  float: (it, range) => typeof it === 'number' && within(it, range),
  boolean: (it, { probability = 0.5 }) =>
    typeof it === 'boolean' && (probability !== 0 || !it) && (probability !== 1 || it),
  date: (it, { from, to }) => (it as string) >= from && (it as string) <= to,
  time: (it) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(it as string),
  datetime: (it, { from, to }) => {
    const day = (it as Date).toISOString().slice(0, 10);
    return day >= from && day <= to;
  },
  bytes: (it, { length = 16 }) => it instanceof Uint8Array && it.length === length,
  json: (it) => typeof it === 'object' && it !== null && 'id' in it,
  oneOf: (it, { values }) => values.includes(it),
};

describe('what the options ask for is what comes', () => {
  test.each(typeNames)('%s', (type) => {
    fc.assert(
      fc.property(specOf(type), rows, (spec, row) => {
        const { type: _, ...options } = spec;
        const value = valueAt(spec, row);
        expect(holds[type](value, options as Options), String(value)).toBe(true);
      }),
    );
  });
});

test('a spec that went through JSON gives the same values', () => {
  fc.assert(
    fc.property(specs, rows, (spec, row) => {
      expect(valueAt(JSON.parse(JSON.stringify(spec)), row)).toEqual(valueAt(spec, row));
    }),
  );
});

test('an option that is not set is one that is left out', () => {
  fc.assert(
    fc.property(
      specs,
      fc.constantFrom('unique', 'locale', 'min', 'length'),
      rows,
      (spec, option, row) => {
        fc.pre(!Object.hasOwn(spec, option));
        try {
          expect(valueAt({ ...spec, [option]: undefined }, row)).toEqual(valueAt(spec, row));
        } catch (error) {
          expect(error).toMatchObject({ code: 'HFIT_GENERATOR_OPTION' });
        }
      },
    ),
  );
});

test.each(typeNames)('%s refuses an option that it does not have', (type) => {
  fc.assert(
    fc.property(specOf(type), (spec) => {
      expect(() => valueAt({ ...spec, lenght: 3 }, 0)).toThrow(
        expect.objectContaining({ code: 'HFIT_GENERATOR_OPTION', where: 't.a' }),
      );
    }),
    { numRuns: 5 },
  );
});

test.each<[string, unknown]>([
  ['a length of 0', { type: 'string', length: 0 }],
  ['a pattern that nobody knows', { type: 'string', pattern: 'servce_id' }],
  ['a locale that is not there', { type: 'name', locale: 'xx' }],
  ['no locale at all', { type: 'name', locale: [] }],
  ['a vendor that is not there', { type: 'macAddress', vendor: 'acme' }],
  ['a range of another word', { type: 'ipAddress', range: 'secret' }],
  ['half a number', { type: 'integer', min: 0.5 }],
  ['a moment that is none', { type: 'date', from: 'tomorrow' }],
  ['a scale without end', { type: 'decimal', scale: 40 }],
  ['a probability above 1', { type: 'boolean', probability: 2 }],
  ['no values', { type: 'oneOf', values: [] }],
  ['fewer weights than values', { type: 'oneOf', values: [1, 2], weights: [1] }],
  ['weights of nothing', { type: 'oneOf', values: [1], weights: [0] }],
  ['a weight below 0', { type: 'oneOf', values: [1, 2], weights: [1, -1] }],
  ['a distribution of another kind', { type: 'integer', distribution: { kind: 'poisson' } }],
  [
    'a bell without a width',
    { type: 'integer', distribution: { kind: 'normal', mean: 5, deviation: 0 } },
  ],
  [
    'a mean outside of the range',
    { type: 'integer', min: 0, max: 9, distribution: { kind: 'normal', mean: 50, deviation: 1 } },
  ],
  ['a float by rank', { type: 'float', distribution: { kind: 'zipf' } }],
  ['unique: 1', { type: 'integer', unique: 1 }],
])('%s is refused', (_, spec) => {
  expect(() => valueAt(spec, 0)).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_OPTION_VALUE', where: 't.a' }),
  );
});

test.each<[string, Spec]>([
  ['an integer', { type: 'integer', min: 5, max: 4 }],
  ['a decimal between two steps', { type: 'decimal', min: 0.001, max: 0.009, scale: 2 }],
  ['a float', { type: 'float', min: 2, max: 1 }],
  ['a string', { type: 'string', minLength: 9, maxLength: 3 }],
  ['a day', { type: 'date', from: '2024-01-02', to: '2024-01-01' }],
  ['too wide an integer', { type: 'integer', min: 0, max: 2 ** 50 }],
])('a range that holds nothing, or too much, is refused: %s', (_, spec) => {
  expect(() => valueAt(spec, 0)).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE', where: 't.a' }),
  );
});

test('one end of a range may be given alone', () => {
  for (const [spec, least, most] of [
    [{ type: 'integer', max: -5 }, Number.NEGATIVE_INFINITY, -5],
    [{ type: 'integer', min: 2 ** 40 }, 2 ** 40, 2 ** 40],
    [{ type: 'integer', max: 3 }, 0, 3],
    [{ type: 'float', min: 7 }, 7, 7],
  ] as const) {
    if (least === Number.NEGATIVE_INFINITY) expect(valueAt(spec, 1)).toBe(most);
    else expect(valueAt(spec, 1)).toSatisfy((it: number) => it >= least && it <= most);
  }
});
