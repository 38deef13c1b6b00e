import { afterAll, describe, expect, test } from 'vitest';
import { defineMasker, maskers, parsePolicy, registerMasker } from '../src/index.js';
import { code, masking } from './facts.js';

const keeps = { unique: false, length: true, format: false, order: false, referential: true };

/** Turns a text round; the sort of thing that somebody might bring along. */
const takeBackShout = registerMasker(
  defineMasker({
    name: 'shout',
    about: 'Capital letters.',
    kinds: ['text'],
    keeps,
    options: {
      mark: { type: 'choice', choices: ['!', '?'], default: '!', about: 'The end.' },
      times: { type: 'integer', least: 1, most: 3, about: 'How loud.' },
    },
    bind({ options, column, refuse, unreadable }) {
      if (column.name === 'whisper') throw refuse('it is no place to shout');
      const end: '!' | '?' = options.mark;
      return (value) =>
        typeof value === 'string' ? value.toUpperCase() + end.repeat(options.times) : unreadable();
    },
  }),
);

const takeBackStubborn = registerMasker(
  defineMasker({
    name: 'stubborn',
    about: 'Draws, and gives the value back.',
    kinds: 'any',
    keeps,
    options: {},
    bind: () => (value, draw) => {
      draw();
      return value;
    },
  }),
);

// The files that follow in this process are to find no masker of ours.
afterAll(() => {
  takeBackShout();
  takeBackStubborn();
});

test('a policy can name a masker of somebody else, with its options', () => {
  const policy = parsePolicy(
    '{policyVersion: 1, databases: {d: {t: {c: {mask: shout, times: 2}}}}}',
  );
  const decision = policy.decide('d', ['t'], { name: 'c' });
  expect(decision).toMatchObject({ kind: 'mask', masker: 'shout', options: { times: 2 } });
  expect(masking('shout', {}, { times: 2, mark: '?' })('anna')).toBe('ANNA??');
});

test('it is among the maskers, after those of the house', () => {
  const names = maskers().map(({ name }) => name);
  expect(names.slice(-2)).toEqual(['shout', 'stubborn']);
  expect(names).toContain('hash');
});

test('one that is taken back is there no more, and its name is free', () => {
  const masker = { name: 'brief', about: '', kinds: 'any', keeps, options: {} } as const;
  const takeBack = registerMasker({ ...masker, bind: () => () => null });
  takeBack();
  expect(() => masking('brief')).toThrow(code('HFIT_POLICY_MASKER'));
  const another = registerMasker({ ...masker, bind: () => () => null });
  // The first has nothing to take back any more.
  takeBack();
  expect(maskers().at(-1)?.name).toBe('brief');
  another();
  expect(maskers().at(-1)?.name).toBe('stubborn');
});

test('its options are checked as those of the house are', () => {
  const text = (mask: string) => `{policyVersion: 1, databases: {d: {t: {c: ${mask}}}}}`;
  expect(() => parsePolicy(text('shout'))).toThrow(code('HFIT_POLICY_OPTION_MISSING'));
  expect(() => parsePolicy(text('{mask: shout, times: 4}'))).toThrow(
    code('HFIT_POLICY_OPTION_VALUE'),
  );
});

test('what it refuses and cannot read are errors of the house', () => {
  const options = { times: 1 };
  expect(() => masking('shout', { name: 'whisper' }, options)).toThrow(code('HFIT_MASKER_UNFIT'));
  expect(masking('shout', {}, options)(1)).toBeNull();
  const strict = masking('shout', { nullable: false }, options);
  expect(() => strict(98765)).toThrow(code('HFIT_MASKER_VALUE'));
  expect(() => strict(98765)).not.toThrow(/98765/);
});

test('a masker that gives the value back after drawing is not believed', () => {
  for (const value of ['planted', 7, 7n, new Uint8Array([7])]) {
    expect(() => masking('stubborn')(value)).toThrow(code('HFIT_MASKER_VALUE'));
  }
  expect(() => masking('stubborn')('planted')).not.toThrow(/planted/);
});

describe('a name that cannot be used is refused', () => {
  test.each(['keep', 'deny', 'hash', 'shout', '', 'a b', '1st', '__proto__'])('%j', (name) => {
    const masker = { name, about: '', kinds: 'any', keeps, options: {}, bind: () => () => null };
    expect(() => registerMasker(masker as never)).toThrow(code('HFIT_MASKER_NAME'));
  });
});
