import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindMasker } from '../src/index.js';
import { code, column, key, masking, otherKey } from './facts.js';

const dayLength = 86_400_000;
const shift = (days = 30) => masking('dateShift', { kind: 'timestamp' }, { days });

/** The day of a text of the years 1 to 9999, by JavaScript's own reading. */
const dayOf = (text: string) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / dayLength;

const dates = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const rests = fc.constantFrom(
  ...['', ' 00:00:00', ' 23:59:59', ' 10:11:12.123456', ' 10:11:12+00', ' 10:11:12.5+05:30'],
  ...[' 10:11:12-03:30:15', 'T10:11:12.123Z', ' 10:11', 'T10:11:12 +01:00'],
);

test('a date moves by 1 day to the most days, and the time of day stays', () => {
  fc.assert(
    fc.property(dates, rests, fc.integer({ min: 1, max: 36_500 }), (date, rest, days) => {
      const value = `${date.slice(0, 10)}${rest}`;
      const masked = shift(days)(value) as string;
      expect(masked.slice(10)).toBe(rest);
      const moved = Math.abs(dayOf(masked) - dayOf(value));
      expect(moved >= 1 && moved <= days).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('every day within reach is drawn, before and after', () => {
  const days = Array.from({ length: 2000 }, (_, i) =>
    new Date(Date.UTC(2000, 0, 1) + i * dayLength).toISOString().slice(0, 10),
  );
  const moves = days.map((day) => dayOf(shift(3)(day) as string) - dayOf(day));
  expect([...new Set(moves)].sort((a, b) => a - b)).toEqual([-3, -2, -1, 1, 2, 3]);
});

test('the moments of one day move alike, in whatever form a dialect has them', () => {
  const mask = shift();
  const day = (mask('1985-02-14') as string).slice(0, 10);
  expect(mask('1985-02-14 10:11:12+00')).toBe(`${day} 10:11:12+00`);
  expect(mask('1985-02-14 23:59:59.999999')).toBe(`${day} 23:59:59.999999`);
  const moved = dayOf(day) * 86_400 + 36_672;
  const seconds = Date.UTC(1985, 1, 14, 10, 11, 12) / 1000;
  expect(mask(BigInt(seconds))).toBe(BigInt(moved));
  expect(mask(BigInt(seconds * 1000))).toBe(BigInt(moved * 1000));
  // Julian day 2446110.5 is the midnight that begins the day.
  expect(mask(2446110.75)).toBe(2440587.5 + dayOf(day) + 0.25);
  expect(masking('dateShift', { kind: 'date' })('1985-02-14')).toBe(day);
});

test('another key moves it elsewhere', () => {
  const other = bindMasker(
    { masker: 'dateShift', options: {} },
    column({ kind: 'timestamp' }),
    otherKey,
  );
  const days = Array.from({ length: 100 }, (_, i) => `19${10 + (i % 90)}-03-${10 + (i % 20)}`);
  const alike = days.filter((day) => other(day) === shift()(day));
  expect(alike.length).toBeLessThan(15);
});

test.each([
  'infinity',
  '-infinity',
  '0000-00-00',
  '0000-00-00 00:00:00',
  '0000-00-00 00:00:00.000',
])('%s tells of nobody, and stays', (value) => {
  expect(shift()(value)).toBe(value);
  expect(masking('dateShift', { kind: 'date', nullable: false })(value)).toBe(value);
});

test('a zero of SQLite and an empty text stay', () => {
  expect([shift()(0), shift()(0n), shift()('')]).toEqual([0, 0n, '']);
});

describe('the types that take a value take its mask', () => {
  const moves = (value: string) =>
    Array.from({ length: 40 }, (_, i) => {
      const other = key.slice();
      other[0] = i;
      const choice = { masker: 'dateShift', options: { days: 36_500 } };
      return bindMasker(choice, column({ kind: 'timestamp' }), other)(value) as string;
    });

  test.each([
    // What a TIMESTAMP of MySQL holds.
    ['1970-01-01 00:00:01', '1970-01-02', '2038-01-18'],
    ['2038-01-19 03:14:07', '1970-01-02', '2038-01-18'],
    ['1999-12-31 00:00:00', '1970-01-02', '2038-01-18'],
    ['0001-01-01 00:00:00', '0001-01-02', '0101-01-01'],
    ['9999-12-31 23:59:59', '9900-01-01', '9999-12-30'],
  ])('%s moves to between %s and %s', (value, first, last) => {
    for (const masked of moves(value)) {
      expect(masked.slice(0, 10) >= first && masked.slice(0, 10) <= last).toBe(true);
    }
  });

  test('one day of reach is enough at the edges', () => {
    const next = {
      '1970-01-01': '1970-01-02',
      '2038-01-19': '2038-01-18',
      '0001-01-01': '0001-01-02',
      '9999-12-31': '9999-12-30',
    };
    for (const [day, expected] of Object.entries(next)) expect(shift(1)(day)).toBe(expected);
  });
});

describe('years before Christ', () => {
  test('count down, without a year 0', () => {
    expect(['0002-12-31 BC', '0001-01-02 BC']).toContain(shift(1)('0001-01-01 BC'));
    expect(['0001-12-30 BC', '0001-01-01']).toContain(String(shift(1)('0001-12-31 BC')));
    expect(shift()('0044-03-15 10:00:00+00 BC')).toMatch(/^0044-0[234]-\d\d 10:00:00\+00 BC$/);
  });

  test('end where PostgreSQL ends', () => {
    expect(shift(1)('4714-11-24 BC')).toBe('4714-11-25 BC');
  });
});

const unreadable = [
  ...['yesterday', '1985', '1985-02', '14.02.1985', '02/14/1985', '1985-02-30', '1985-13-01'],
  ...['1985-02-00', '1985-00-00', '0000-05-05', '1985-02-14 25:00', '1985-02-14 10:61:00'],
  ...['1985-02-14 born in Rome', 'born 1985-02-14', '1985-02-14\n', '-1985-02-14', ' 1985-02-14'],
  ...['290000-01-01', '1985-02-14 10:00:00 Europe/Rome', 'NaN', '1700000000'],
  // Years, day numbers and written dates keep what they tell when they are moved in seconds.
  ...[1985, 1985n, 19_000n, 45_000n, 2_446_110n, 19850214n, 19850214, -5n],
  // Neither seconds nor milliseconds of 1800 to 2199; microseconds are among them.
  ...[
    1_700_000_000_000_000n,
    2n ** 62n,
    45_000.25,
    9e99,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0.5,
  ],
  new Uint8Array([1, 2]),
];

describe('what cannot be read is not let through', () => {
  test.each(unreadable.map((value) => [String(value), value] as const))('%s', (text, value) => {
    expect(shift()(value)).toBeNull();
    const strict = masking('dateShift', { kind: 'date', nullable: false, name: 'born' });
    expect(() => strict(value)).toThrow(code('HFIT_MASKER_VALUE'));
    expect(() => strict(value)).toThrow(/born/);
    if (text.length > 3) expect(() => strict(value)).not.toThrow(text);
  });

  test('and no text but a date comes out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(shift()(text)).toBe(text === '' ? '' : null);
      }),
    );
  });
});
