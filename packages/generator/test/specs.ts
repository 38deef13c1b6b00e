import fc from 'fast-check';
import { type BuiltInName, localeNames, type Spec } from '../src/index.js';

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const locale = fc.oneof(
  fc.constantFrom(...localeNames),
  fc.uniqueArray(fc.constantFrom(...localeNames), { minLength: 1, maxLength: 4 }),
);
const subject = { locale, of: fc.constantFrom('billing', 'contact') };
const long = { maxLength: fc.integer({ min: 30, max: 90 }) };
const pair = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const zipf = fc.record({
  kind: fc.constant('zipf' as const),
  exponent: fc.double({ min: 0.1, max: 4, noNaN: true }),
});
const ranges = pair(-1e6, 1e6).chain(([min, max]) =>
  fc.record(
    {
      min: fc.constant(min),
      max: fc.constant(max),
      distribution: fc.oneof(
        zipf,
        fc.record({
          kind: fc.constant('normal' as const),
          mean: fc.integer({ min, max }),
          deviation: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        }),
      ),
    },
    { requiredKeys: ['min', 'max'] },
  ),
);
const days = pair(0, 20_000).map(([from, to]) => ({ from: day(from), to: day(to) }));
const day = (at: number) => new Date(at * 86_400_000).toISOString().slice(0, 10);
const part = <T extends string>(...parts: T[]) => ({ part: fc.constantFrom(...parts) });
const record = (model: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(model, { requiredKeys: [] });

/** Options of every type, as somebody might write them. */
export const optionsOf: { readonly [K in BuiltInName]: fc.Arbitrary<object> } = {
  string: fc.oneof(
    pair(1, 20).map(([minLength, maxLength]) => ({ minLength, maxLength })),
    record({
      length: fc.integer({ min: 1, max: 30 }),
      alphabet: fc.constantFrom('ab', 'xyz', 'äöü'),
    }),
    record({ pattern: fc.stringMatching(/^[A-Z]{0,3}[-#!?]{1,5}[#!?]$/) }),
  ),
  text: record({ ...long, words: fc.integer({ min: 1, max: 9 }) }),
  email: record({ ...subject, ...long, domain: fc.constantFrom('a.test', 'mail.example') }),
  userName: record({ ...subject, ...long }),
  phone: record({ ...subject, ...long, reserved: fc.boolean() }),
  name: record({ ...subject, ...long, ...part('full', 'given', 'family') }),
  address: record({
    ...subject,
    ...long,
    ...part('full', 'street', 'city', 'postcode', 'country', 'countryCode'),
  }),
  locale: record(subject),
  company: record({ ...subject, ...long }),
  url: record({ ...subject, ...long, ...part('full', 'host') }),
  ipAddress: record({
    range: fc.constantFrom('documentation', 'private', 'public'),
    version: fc.constantFrom(4, 6),
  }),
  macAddress: record({ vendor: fc.constantFrom('cisco', 'mikrotik', 'ubiquiti') }),
  uuid: fc.constant({}),
  integer: ranges,
  decimal: fc
    .tuple(ranges, some(fc.integer({ min: 0, max: 4 })))
    .map(([range, scale]) => ({ ...range, ...(scale === undefined ? {} : { scale }) })),
  float: ranges.map(({ distribution, ...range }) =>
    distribution?.kind === 'normal' ? { ...range, distribution } : range,
  ),
  boolean: record({ probability: fc.double({ min: 0, max: 1, noNaN: true }) }),
  date: days,
  time: fc.constant({}),
  datetime: days,
  bytes: record({ length: fc.integer({ min: 1, max: 40 }) }),
  json: record({
    schema: fc.constant({
      id: { type: 'uuid' },
      size: { type: 'integer', min: 1, max: 9 },
      kind: 'box',
    }),
  }),
  oneOf: fc.oneof(
    fc.record({ values: fc.array(fc.string(), { minLength: 1 }) }),
    fc.record({ values: fc.array(fc.integer(), { minLength: 1 }), distribution: zipf }),
    fc
      .array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
      .map((weights) => ({ values: weights, weights })),
  ),
};

export const typeNames = Object.keys(optionsOf) as BuiltInName[];

/** A spec of a type. */
export const specOf = (type: BuiltInName): fc.Arbitrary<Spec> =>
  optionsOf[type].map((options) => ({ type, ...options }) as Spec);

export const specs: fc.Arbitrary<Spec> = fc.constantFrom(...typeNames).chain(specOf);

/** Without the options that say how often values come again. */
export const countable = (spec: Spec): Spec => {
  const {
    distribution: _,
    weights: __,
    probability: ___,
    ...rest
  } = spec as unknown as Record<string, unknown>;
  return rest as unknown as Spec;
};
