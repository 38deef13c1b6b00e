import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LocaleName, localeNames, type Values, valuesFrom } from '../src/index.js';
import { locales } from '../src/locale.js';

const entropies = fc.uint8Array({ minLength: 16, maxLength: 16 });
const locale = fc.constantFrom(...localeNames);

const every = (values: Values) => ({
  givenName: values.givenName(),
  familyName: values.familyName(),
  fullName: values.fullName(),
  userName: values.userName(),
  email: values.email(),
  phone: values.phone(),
  street: values.street(),
  city: values.city(),
  postcode: values.postcode(),
  address: values.address(),
});

test.each(localeNames)('the values of today are the values of all days: %s', (name) => {
  const entropy = Uint8Array.from({ length: 16 }, (_, i) => i);
  expect(every(valuesFrom(entropy, { locale: name }))).toMatchSnapshot();
});

test('the same bytes give the same values, in any order of asking', () => {
  fc.assert(
    fc.property(entropies, locale, (entropy, locale) => {
      const values = valuesFrom(entropy, { locale });
      const first = every(values);
      expect(every(values)).toEqual(first);
      const again = valuesFrom(entropy.slice(), { locale });
      expect({ city: again.city(), email: again.email(), name: again.fullName() }).toEqual({
        city: first.city,
        email: first.email,
        name: first.fullName,
      });
    }),
  );
});

test('every bit of the bytes counts', () => {
  fc.assert(
    fc.property(entropies, fc.integer({ min: 0, max: 127 }), (entropy, bit) => {
      const other = entropy.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(every(valuesFrom(other))).not.toEqual(every(valuesFrom(entropy)));
    }),
  );
});

test('the values tell of one person at one address', () => {
  fc.assert(
    fc.property(entropies, locale, (entropy, locale) => {
      const it = every(valuesFrom(entropy, { locale }));
      expect(it.fullName).toContain(it.givenName);
      expect(it.fullName).toContain(it.familyName);
      expect(it.email.startsWith(it.userName)).toBe(true);
      for (const part of [it.street, it.city, it.postcode]) expect(it.address).toContain(part);
    }),
  );
});

test('a family name goes with its given name', () => {
  const [women, men] = locales.ru.people;
  fc.assert(
    fc.property(entropies, (entropy) => {
      const values = valuesFrom(entropy, { locale: 'ru' });
      const isOf = (group: typeof women) =>
        group!.given.includes(values.givenName()) && group!.family.includes(values.familyName());
      expect(isOf(women) || isOf(men)).toBe(true);
    }),
  );
});

test('an e-mail address is plain and reaches nobody', () => {
  fc.assert(
    fc.property(entropies, locale, (entropy, locale) => {
      expect(valuesFrom(entropy, { locale }).email()).toMatch(
        /^[a-z]+\.[a-z]+[1-9]\d{0,3}@example\.(com|org|net)$/,
      );
    }),
  );
});

test('letters that a-z does not have are written with those it has', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const values = valuesFrom(new Uint8Array(16).fill(i & 255).fill(i >> 8, 8), { locale: 'de' });
    if (/[äöüß]/i.test(values.fullName())) seen.add(values.userName());
  }
  expect(seen.size).toBeGreaterThan(0);
  for (const name of seen) expect(name).toMatch(/^[a-z]+\.[a-z]+$/);
});

test('bytes of another number than 16 are refused', () => {
  for (const length of [0, 15, 17, 32]) {
    expect(() => valuesFrom(new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_ENTROPY' }),
    );
  }
});

test('an unknown locale is refused, also one that an object would seem to have', () => {
  for (const locale of ['xx', 'EN', '__proto__', 'toString'] as string[] as LocaleName[]) {
    expect(() => valuesFrom(new Uint8Array(16), { locale })).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_LOCALE' }),
    );
  }
});
