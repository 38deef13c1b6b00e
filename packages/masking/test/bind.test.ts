import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindMasker } from '../src/index.js';
import { code, column, key, masking, otherKey } from './facts.js';

const texts = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom(
    'Anna Schmidt',
    '王秀英',
    'Наталья Петровна',
    'محمد علي',
    'Ὀδυσσεύς',
    "O'Brien-Ñúñez",
    '👩‍👩‍👧‍👦',
    'İSTANBUL',
    '123',
  ),
);

const cases = [
  ['hash', {}],
  ['email', {}],
  ['email', { keepDomain: true }],
  ['personName', {}],
  ['personName', { part: 'given', locale: 'ja' }],
  ['personName', { part: 'family', locale: 'ru' }],
  ['phone', {}],
  ['address', {}],
  ['address', { part: 'city', locale: 'fr' }],
  ['address', { part: 'postcode', locale: 'de' }],
  ['address', { part: 'full', locale: 'es' }],
] as const;

describe.each(cases)('%s %j', (masker, options) => {
  const mask = masking(masker, {}, options);

  test('the same value has the same mask, in every table and run', () => {
    const again = masking(masker, { name: 'other', nullable: false, unique: false }, options);
    fc.assert(
      fc.property(texts, (value) => {
        expect(again(value)).toBe(mask(value));
      }),
    );
  });

  test('a mask is never its value', () => {
    fc.assert(
      fc.property(texts, (value) => {
        const masked = mask(value);
        expect(masked).not.toBe(value);
        expect(mask(masked)).not.toBe(masked);
      }),
    );
  });

  test('another key gives other masks', () => {
    const other = bindMasker({ masker, options }, column(), otherKey);
    const values = Array.from({ length: 50 }, (_, i) => `value number ${i} of 50, 030 1234567`);
    const alike = values.filter((value) => other(value) === mask(value));
    expect(alike.length).toBeLessThan(5);
  });

  test('a mask fits into its column', () => {
    const most = fc.integer({ min: masker === 'email' ? 16 : 1, max: 40 });
    fc.assert(
      fc.property(texts, most, (value, maxLength) => {
        const fitting = [...value].slice(0, maxLength).join('');
        const masked = masking(masker, { maxLength }, options)(fitting) as string;
        expect(masked).not.toBe(fitting);
        expect([...masked].length).toBeGreaterThan(0);
        expect([...masked].length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  test('NULL and the empty text tell nothing, and stay', () => {
    expect(mask(null)).toBeNull();
    expect(mask('')).toBe('');
  });

  test('a text is masked although a database holds it as number or as bytes', () => {
    for (const value of [42, 4.5, 42n, new Uint8Array([1, 2]), new Uint8Array()]) {
      expect(typeof mask(value)).toBe('string');
      expect(mask(value)).toBe(mask(value));
      expect(mask(value)).not.toBe(String(value));
    }
  });
});

test('the maskers of today are the maskers of all days', () => {
  const values = ['anna@example.org', 'Anna Schmidt', '+49 30 1234567'];
  const masks = cases.map(([masker, options]) => [
    `${masker} ${JSON.stringify(options)}`,
    ...values.map(masking(masker, {}, options)),
  ]);
  const uuid = '123e4567-e89b-12d3-a456-426614174000';
  expect({
    masks,
    uuid: masking('hash', { kind: 'uuid' })(uuid),
    integer: masking('hash', { kind: 'integer' })('42'),
    date: masking('dateShift', { kind: 'date' })('1985-02-14'),
  }).toMatchSnapshot();
});

describe('one value, however a dialect writes it', () => {
  const hash = (kind: string) => masking('hash', { kind });

  test('a number', () => {
    const mask = hash('integer');
    for (const value of [42n, '42', '+42', '0042'])
      expect(String(mask(value))).toBe(String(mask(42)));
    expect(mask('-7')).toBe(String(mask(-7n)));
    expect(mask('9007199254740993')).not.toBe(mask('9007199254740992'));
    expect(mask(-0)).toBe(mask(0));
  });

  test('comes back in the form in which it came', () => {
    const mask = hash('integer');
    expect([typeof mask(42), typeof mask(42n), typeof mask('42')]).toEqual([
      'number',
      'bigint',
      'string',
    ]);
  });

  test('a number and its text', () => {
    const mask = hash('text');
    expect(mask(42n)).toBe(mask('42'));
    expect(mask(42)).toBe(mask('42'));
    expect(mask('0042')).not.toBe(mask('42'));
  });

  test('a uuid', () => {
    const uuid = '123e4567-e89b-12d3-a456-426614174000';
    expect(hash('uuid')(uuid.toUpperCase())).toBe(hash('uuid')(uuid));
  });

  test('nothing else is taken for the same', () => {
    const mask = hash('text');
    const all = ['Anna', 'anna', ' Anna', 'Anna ', 'é', 'e\u0301', 'Anna\0'];
    expect(new Set(all.map(mask)).size).toBe(all.length);
    expect(mask(Buffer.from('Anna'))).not.toBe(mask('Anna'));
  });
});

test('the masks of one masker tell nothing of those of another', () => {
  const [hash, email] = [masking('hash'), masking('email')];
  expect(String(email('anna'))).not.toContain(String(hash('anna')).slice(0, 8));
});

test('a value of many kilobytes between short ones', () => {
  const mask = masking('hash');
  const first = mask('short');
  const long = mask('ü'.repeat(100_000));
  expect([mask('short'), mask('ü'.repeat(100_000))]).toEqual([first, long]);
  expect(mask(`${'ü'.repeat(99_999)}u`)).not.toBe(long);
});

describe('a masker that cannot serve the column is refused', () => {
  test.each([
    ['hash', { kind: 'json' }],
    ['hash', { kind: 'date' }],
    ['hash', { kind: 'binary' }],
    ['hash', { kind: 'integer', unique: true }],
    ['hash', { kind: 'integer', type: 'year(4)' }],
    ['hash', { unique: true, maxLength: 15 }],
    ['email', { kind: 'integer' }],
    ['email', { unique: true, maxLength: 23 }],
    ['email', { maxLength: 15 }],
    ['personName', { unique: true }],
    ['personName', { kind: 'other' }],
    ['phone', { unique: true }],
    ['phone', { kind: 'integer' }],
    ['address', { unique: true }],
    ['dateShift', { kind: 'text' }],
    ['dateShift', { kind: 'time' }],
    ['dateShift', { kind: 'date', unique: true }],
    ['null', { nullable: false }],
  ] as const)('%s for %j', (masker, facts) => {
    const where = { ...facts, name: 'a_column' };
    expect(() => masking(masker, where)).toThrow(code('HFIT_MASKER_UNFIT'));
    expect(() => masking(masker, where)).toThrow(/a_column/);
  });

  test.each([
    ['hash', { unique: true, maxLength: 16 }],
    ['hash', { kind: 'uuid', unique: true }],
    ['hash', { maxLength: 1 }],
    ['email', { unique: true, maxLength: 24 }],
    ['null', { unique: true }],
    ['null', { kind: 'json' }],
  ] as const)('but %s for %j is not', (masker, facts) => {
    expect(() => masking(masker, facts)).not.toThrow();
  });
});

test('a masker that nobody registered is refused', () => {
  expect(() => masking('emial')).toThrow(code('HFIT_POLICY_MASKER'));
  expect(() => masking('__proto__')).toThrow(code('HFIT_POLICY_MASKER'));
});

test('an option without a default is asked for', () => {
  expect(() => masking('constant')).toThrow(code('HFIT_POLICY_OPTION_MISSING'));
  expect(() => bindMasker({ masker: 'constant', options: {} }, column(), key)).toThrow(/value/);
});
