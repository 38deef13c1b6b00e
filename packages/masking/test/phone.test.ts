import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masking } from './facts.js';

const mask = masking('phone') as (value: string) => string;
const shape = (text: string) => text.replace(/\p{Nd}/gu, '#');

const numbers = fc
  .tuple(
    fc.constantFrom('+49', '+1', '+7', '+353', '', '0', '00', '(0', '+44 (0)'),
    fc.array(fc.constantFrom(...'0123456789', ' ', '-', '.', '/', '(', ')', '\u00a0', '–'), {
      minLength: 4,
      maxLength: 30,
    }),
  )
  .map(([prefix, rest]) => `${prefix}${rest.join('')}`)
  .filter((text) => /\d/.test(text));

test('punctuation and the number of digits stay', () => {
  fc.assert(
    fc.property(numbers, (number) => {
      expect(shape(mask(number))).toBe(shape(number));
      expect(mask(number)).not.toBe(number);
    }),
  );
});

test.each([
  ['+1 415 555 0100', '+1 '],
  ['+7 (912) 345-67-89', '+7 ('],
  ['+49 30 1234567', '+49 '],
  ['+49 (0)30 1234567', '+49 (0)'],
  ['+353 1 234 5678', '+353 '],
  ['+3531 234 5678', '+353'],
  ['(+49) 30 1234567', '(+49) '],
  ['030/1234567', '0'],
  ['0049 30 1234567', '00'],
])('of %s stays the beginning, %s', (number, kept) => {
  expect(mask(number).startsWith(kept)).toBe(true);
  const rest = (text: string) => text.slice(kept.length).replace(/\D/g, '');
  expect(rest(mask(number))).not.toBe(rest(number));
  expect(rest(mask(number))).toMatch(/^[1-9]/);
});

test.each(['+1', '+49', '+353', '7', '00', '0000', '110', '+49 12'])(
  'of the few digits of %s none is kept for certain',
  (number) => {
    expect(mask(number)).not.toBe(number);
    expect(shape(mask(number))).toBe(shape(number));
  },
);

test('digits of another script become plain ones', () => {
  expect(mask('٠٣٠ ١٢٣٤٥٦٧')).toMatch(/^\d{3} \d{7}$/);
});

test.each(['030 1234 ext. 12', '1-415-555-0100 x99', '030 1234 Ext 5'])('%s is read', (number) => {
  expect(shape(mask(number))).toBe(shape(number));
});

test.each(['n/a', '-', 'call Anna after 18:00', 'c/o Müller 030 1234567', '电话 1234567', 'x'])(
  '%s is no number, and nothing of it stays',
  (text) => {
    expect(mask(text)).toMatch(/^\+1 [2-9]\d\d-555-01\d\d$/);
  },
);

test('no letter of a value gets through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      expect(mask(text).replace(/ext|x/giu, '')).not.toMatch(/\p{L}/u);
    }),
  );
});
