import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, masking } from './facts.js';

const format = (options = {}, facts = {}) =>
  masking('format', { unique: true, nullable: false, ...facts }, options);

const shape = (text: string) =>
  text.replace(/\d/g, '0').replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A');

const one = fc.constantFrom(...'0123456789abcxyzABCXYZ -/.+()€');
const texts = fc
  .array(one, { minLength: 1, maxLength: 40 })
  .map((all) => all.join(''))
  .filter((text) => /\w/.test(text));

test('each character stays what it was: digit, small letter, capital, or itself', () => {
  const mask = format();
  fc.assert(
    fc.property(texts, (text) => {
      const masked = mask(text) as string;
      expect(shape(masked)).toBe(shape(text));
      expect(mask(text)).toBe(masked);
    }),
  );
});

test.each([
  ['4 digits', 10_000, (i: number) => String(i).padStart(4, '0')],
  ['17 digits', 20_000, (i: number) => `1${String(i).padStart(16, '0')}`],
  [
    'a plate',
    26_000,
    (i: number) => `HF-${String.fromCharCode(65 + (i % 26))} ${Math.floor(i / 26)}`,
  ],
  [
    '40 letters',
    2000,
    (i: number) =>
      'x'.repeat(36) +
      i
        .toString(16)
        .replace(/\d/g, (d) => 'ghijklmnop'[Number(d)]!)
        .padStart(4, 'q'),
  ],
])('no two texts of %s have one mask, whatever the case', (_, count, text) => {
  const mask = format();
  const masks = new Set<string>();
  for (let i = 0; i < count; i++) masks.add(String(mask(text(i))).toLowerCase());
  expect(masks.size).toBe(count);
});

test('texts that differ in case alone differ in case alone when masked', () => {
  const mask = format();
  const masked = mask('abc-123') as string;
  expect(mask('ABC-123')).toBe(masked.toUpperCase());
  expect((mask('aBc-123') as string).toLowerCase()).toBe(masked);
});

describe('what is to stay', () => {
  test('stays, and the rest is another', () => {
    const mask = format({ keepStart: 6, keepEnd: 4 });
    expect(mask('4111 1111 1111 1111')).toMatch(/^4111 11\d\d \d{4} 1111$/);
    const masks = new Set(Array.from({ length: 5000 }, (_, i) => mask(`411111${i + 100_000}1111`)));
    expect(masks.size).toBe(5000);
  });

  test('does not where nearly nothing would be left', () => {
    const mask = format({ keepStart: 6, keepEnd: 4 });
    const texts = Array.from({ length: 100 }, (_, i) => String(1_000_000_000_000 + i * 7));
    expect(texts.filter((text) => String(mask(text)).startsWith('100000')).length).toBeLessThan(3);
  });
});

test('a text that a table is too small for is still masked, and never by itself', () => {
  const mask = format();
  for (const text of ['7', 'A', 'x9', 'B-12']) expect(mask(text)).not.toBe(text);
});

test('what it cannot mask does not pass', () => {
  for (const text of [
    'Müller',
    '王秀英',
    '\u0660\u0661',
    'a\tb',
    '😀',
    'x'.repeat(513),
    new Uint8Array([65]),
    '***',
    '€€ €',
    ' ',
  ]) {
    expect(() => format()(text)).toThrow(code('HFIT_MASKER_VALUE'));
    expect(format({}, { nullable: true })(text)).toBeNull();
  }
});

test('a text is masked although a database holds it as a number', () => {
  expect(format()(1234)).toBe(format()('1234'));
});
