import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masking } from './facts.js';

describe('a text', () => {
  test.each([
    [null, 32],
    [100, 32],
    [32, 32],
    [20, 20],
    [1, 1],
  ])('in a column of %s characters has %s digits', (maxLength, digits) => {
    const mask = masking('hash', { maxLength });
    expect(mask('Anna')).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
  });

  test('has the beginning of the same digits in a shorter column', () => {
    const long = masking('hash')('Anna') as string;
    expect(masking('hash', { maxLength: 20 })('Anna')).toBe(long.slice(0, 20));
  });

  test('is masked alike in a unique column and in one that points to it', () => {
    expect(masking('hash', { unique: true })('Anna')).toBe(masking('hash')('Anna'));
  });

  test('of one digit is never itself', () => {
    const mask = masking('hash', { maxLength: 1 });
    for (const digit of '0123456789abcdef') {
      expect(mask(digit)).not.toBe(digit);
      expect(mask(digit.toUpperCase())).not.toBe(digit);
    }
  });
});

test('a uuid becomes a uuid of version 8', () => {
  const mask = masking('hash', { kind: 'uuid', unique: true });
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(mask(uuid)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }),
  );
});

test.each([
  ['integer', 2 ** 31 - 1],
  ['bigint', 2 ** 31 - 1],
  ['int(11)', 2 ** 31 - 1],
  ['mediumint(8) unsigned', 8_388_607],
  ['smallint', 32_767],
  ['int2', 32_767],
  ['tinyint(4)', 127],
])('a number of type %s becomes one from 1 to %s', (type, most) => {
  const mask = masking('hash', { kind: 'integer', type });
  const masks = Array.from({ length: 3000 }, (_, i) => mask(BigInt(i)) as bigint);
  for (const [i, masked] of masks.entries()) {
    expect(masked >= 1n && masked <= BigInt(most) && masked !== BigInt(i)).toBe(true);
  }
  // They fill the range: the largest of 3000 is near its end.
  expect(masks.some((masked) => masked > (BigInt(most) * 9n) / 10n)).toBe(true);
});
