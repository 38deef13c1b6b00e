import { HfitError } from '@hot-fixture/errors';
import { localeNames } from './locale.js';
import type { AnySpec } from './provider.js';
import type { BuiltInName } from './types.js';

interface Check {
  readonly expected: string;
  holds(value: unknown): boolean;
}

const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;

const flag: Check = { expected: 'true or false', holds: (it) => typeof it === 'boolean' };
const text: Check = { expected: 'a text', holds: (it) => typeof it === 'string' && it !== '' };
const size: Check = { expected: 'a whole number, 1 or more', holds: (it) => isWhole(it, 1) };
const whole: Check = { expected: 'a whole number', holds: Number.isSafeInteger };
const number: Check = { expected: 'a number', holds: Number.isFinite };
const share: Check = {
  expected: 'a number from 0 to 1',
  holds: (it) => typeof it === 'number' && it >= 0 && it <= 1,
};
const moment: Check = {
  expected: 'a text such as 2026-01-31, or 2026-01-31T12:00:00Z',
  holds: (it) =>
    typeof it === 'string' && /^\d{4}-\d\d-\d\d/.test(it) && !Number.isNaN(Date.parse(it)),
};
const locale: Check = {
  expected: `one or several of ${localeNames.join(', ')}`,
  holds: (it) =>
    (Array.isArray(it) ? it : [it]).every((name) => localeNames.includes(name)) &&
    (it as unknown[]).length > 0,
};
const zipf: Check = {
  expected: '{ kind: "zipf", exponent }, with an exponent above 0',
  holds: (it) => isObject(it) && it.kind === 'zipf' && isPositive(it.exponent ?? 1),
};
const distribution: Check = {
  expected: `${zipf.expected}, or { kind: "normal", mean, deviation }, with a deviation above 0`,
  holds: (it) =>
    zipf.holds(it) ||
    (isObject(it) && it.kind === 'normal' && number.holds(it.mean) && isPositive(it.deviation)),
};
const list: Check = {
  expected: 'a list that is not empty',
  holds: (it) => Array.isArray(it) && it.length > 0,
};
const weights: Check = {
  expected: 'a list of numbers, 0 or more, and one of them above 0',
  holds: (it) =>
    Array.isArray(it) && it.every((one) => Number.isFinite(one) && one >= 0) && it.some(isPositive),
};
const oneOf = (...values: readonly unknown[]): Check => ({
  expected: `one of ${values.join(', ')}`,
  holds: (it) => values.includes(it),
});

const subject = { locale, of: text };
const long = { maxLength: size };

/** Every built-in type with its options, and what each of them must be. */
export const options: Readonly<Record<BuiltInName, Readonly<Record<string, Check>>>> = {
  string: { length: size, minLength: size, maxLength: size, alphabet: text, pattern: text },
  text: { ...long, words: size },
  email: { ...subject, ...long, domain: text },
  userName: { ...subject, ...long },
  phone: { ...subject, ...long, reserved: flag },
  name: { ...subject, ...long, part: oneOf('full', 'given', 'family') },
  address: {
    ...{ ...subject, ...long },
    part: oneOf('full', 'street', 'city', 'postcode', 'country', 'countryCode'),
  },
  locale: subject,
  company: { ...subject, ...long },
  url: { ...subject, ...long, part: oneOf('full', 'host') },
  ipAddress: { range: oneOf('documentation', 'private', 'public'), version: oneOf(4, 6) },
  macAddress: { vendor: oneOf('cisco', 'mikrotik', 'ubiquiti') },
  uuid: {},
  integer: { min: whole, max: whole, distribution },
  decimal: {
    ...{ min: number, max: number, distribution },
    scale: {
      expected: 'a whole number from 0 to 12',
      holds: (it) => isWhole(it, 0) && Number(it) <= 12,
    },
  },
  float: { min: number, max: number, distribution },
  boolean: { probability: share },
  date: { from: moment, to: moment },
  time: {},
  datetime: { from: moment, to: moment },
  bytes: { length: size },
  json: { schema: { expected: 'an object', holds: isObject } },
  oneOf: { values: list, weights, distribution: zipf },
};

/** The types that are built in. */
export const typeNames: readonly string[] = Object.keys(options);

export function isBuiltIn(type: string): boolean {
  return Object.hasOwn(options, type);
}

/**
 * Refuses options that a built-in type does not have, and values that they cannot have.
 * @throws HFIT_GENERATOR_OPTION, HFIT_GENERATOR_OPTION_VALUE
 */
export function checkOptions({ type, ...given }: AnySpec): void {
  const known: Record<string, Check> = { ...options[type as BuiltInName], unique: flag };
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, option)) {
      throw new HfitError('HFIT_GENERATOR_OPTION', {
        type,
        option,
        known: Object.keys(known).join(', '),
      });
    }
    if (value !== undefined && !known[option]!.holds(value))
      throw badOption(type, option, known[option]!.expected);
  }
}

export function badOption(type: string, option: string, expected: string): HfitError {
  return new HfitError('HFIT_GENERATOR_OPTION_VALUE', { type, option, expected });
}
