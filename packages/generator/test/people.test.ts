import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Generator, type LocaleName, localeNames } from '../src/index.js';
import { locales } from '../src/locale.js';
import { phonePatterns } from '../src/people/addresses.js';
import { countries } from '../src/people/countries.js';
import { romanised } from '../src/people/latin.js';
import { groupsOf } from '../src/people/names.js';

const rows = fc.integer({ min: 0, max: 10 ** 9 });
const someLocales = fc.uniqueArray(fc.constantFrom(...localeNames), { minLength: 1 });

function personAt(locale: readonly LocaleName[], row: number, of: { readonly of?: string } = {}) {
  const person = new Generator({ seed: 5, locale }).objects('user', {
    locale: { type: 'locale', ...of },
    name: { type: 'name', ...of },
    given: { type: 'name', part: 'given', ...of },
    family: { type: 'name', part: 'family', ...of },
    login: { type: 'userName', ...of },
    email: { type: 'email', ...of },
    phone: { type: 'phone', ...of },
    anyPhone: { type: 'phone', reserved: false, ...of },
    address: { type: 'address', ...of },
    street: { type: 'address', part: 'street', ...of },
    city: { type: 'address', part: 'city', ...of },
    postcode: { type: 'address', part: 'postcode', ...of },
    country: { type: 'address', part: 'country', ...of },
    code: { type: 'address', part: 'countryCode', ...of },
    company: { type: 'company', ...of },
    url: { type: 'url', ...of },
  });
  return person(row);
}

test('name, e-mail, phone, address, company and locale of a row agree', () => {
  fc.assert(
    fc.property(someLocales, rows, (chosen, row) => {
      const it = personAt(chosen, row);
      const { locale } = it;
      expect(chosen).toContain(locale);
      expect(it.name).toBe(locales[locale].fullName(it.given, it.family));
      const latin = (part: 'given' | 'family') =>
        groupsOf(locale)
          .flatMap((group) => group[part])
          .filter(({ name }) => name === it[part])
          .map(({ latin }) => latin);
      expect(it.login).toMatch(
        new RegExp(`^(${latin('given').join('|')})\\.(${latin('family').join('|')})\\d+$`),
      );
      expect(it.email).toMatch(/^[a-z]+\.[a-z]+\d+@example\.(com|org|net)$/);
      expect(it.email.split('@')[0]).toBe(it.login);
      const like = (pattern: string) =>
        new RegExp(
          `^${pattern.replace(/[+.]/g, '\\$&').replaceAll('#', '\\d').replaceAll('!', '[2-9]')}$`,
        );
      expect(phonePatterns(locale, true).some((pattern) => like(pattern).test(it.phone))).toBe(
        true,
      );
      expect(it.anyPhone).toMatch(like(countries[locale].anyPhone));
      expect(it.address).toBe(locales[locale].address(it.street, it.postcode, it.city));
      expect(locales[locale].cities).toContain(it.city);
      expect([it.country, it.code]).toEqual([countries[locale].name, countries[locale].code]);
      expect(countries[locale].forms.some((form) => it.company.includes(form))).toBe(true);
      expect(it.url).toMatch(/^https:\/\/[a-z]+(-[a-z]+)?\.example$/);
      const [host = ''] = it.url.slice(8).split(/[-.]/);
      const family = groupsOf(locale)
        .at(-1)!
        .family.find(({ name, latin }) => latin === host && it.company.includes(name));
      expect(family).toBeDefined();
    }),
  );
});

test('given and family names of a row go together', () => {
  fc.assert(
    fc.property(rows, (row) => {
      const { given, family } = personAt(['ru'], row);
      const isOf = (group: (typeof locales.ru.people)[number]) =>
        group.given.includes(given) && group.family.includes(family);
      expect(locales.ru.people.some(isOf)).toBe(true);
    }),
  );
});

test('unique or not, a row tells of the same person', () => {
  const generator = new Generator({ seed: 5, locale: ['en', 'de'] });
  for (const type of ['name', 'email', 'phone', 'company', 'address'] as const) {
    const plain = generator.attribute('user', 'a', { type });
    const unique = generator.attribute('user', 'b', { type, unique: true });
    for (let row = 0; row < 50; row++) expect(unique(row)).toBe(plain(row));
  }
});

test('who else a row tells of is somebody else, and agrees too', () => {
  fc.assert(
    fc.property(rows, (row) => {
      const one = personAt(localeNames, row);
      const other = personAt(localeNames, row, { of: 'billing' });
      expect(other.email.split('@')[0]).toBe(other.login);
      expect(other.name).not.toBe(one.name);
    }),
    { numRuns: 30 },
  );
});

test('of so many rows as there are locales, each has one, in no fixed order', () => {
  const at = new Generator({ seed: 1, locale: localeNames }).attribute('user', 'l', 'locale');
  const orders = new Set<string>();
  for (let block = 0; block < 200; block++) {
    const order = localeNames.map((_, i) => at(block * localeNames.length + i));
    expect(new Set(order).size).toBe(localeNames.length);
    orders.add(order.join());
  }
  expect(orders.size).toBeGreaterThan(100);
});

test('every name is spelled in a-z', () => {
  const words = localeNames.flatMap(groupsOf).flatMap(({ given, family }) => [...given, ...family]);
  expect(words.filter(({ latin }) => !/^[a-z]+$/.test(latin))).toEqual([]);
  expect(['Щербаков', 'Ёлкин', 'Юлия', 'Zoë', 'Großmann', 'Михаил'].map(romanised)).toEqual([
    'shcherbakov',
    'elkin',
    'iuliia',
    'zoe',
    'grossmann',
    'mikhail',
  ]);
});

test('no full name can be read as two', () => {
  for (const groups of localeNames.map(groupsOf)) {
    for (const { given, family } of groups) {
      const families = new Set(family.map(({ name }) => name));
      const spaced = given.filter(({ name }) => name.includes(' '));
      for (const { name } of spaced) {
        const [first = '', ...rest] = name.split(' ');
        if (!given.some((it) => it.name === first)) continue;
        const second = [...families].filter((last) => families.has(`${rest.join(' ')} ${last}`));
        expect(second).toEqual([]);
      }
    }
  }
});

test('texts of people keep to the length of their column', () => {
  const types = ['name', 'email', 'userName', 'company', 'address', 'url'] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.integer({ min: 20, max: 40 }),
      fc.constantFrom(...localeNames),
      fc.boolean(),
      (type, maxLength, locale, unique) => {
        const at = new Generator({ seed: 1 }).attribute('t', 'a', {
          type,
          maxLength,
          locale,
          unique,
        });
        const values = Array.from({ length: 60 }, (_, row) => at(row));
        const wrong = values.filter((it) => [...it].length > maxLength || it !== it.trim());
        expect(wrong).toEqual([]);
        if (unique) expect(new Set(values).size).toBe(60);
      },
    ),
  );
});

test('a column that no address fits into is refused', () => {
  for (const [type, maxLength] of [
    ['email', 12],
    ['url', 16],
  ] as const) {
    expect(() => new Generator({ seed: 1 }).attribute('t', 'a', { type, maxLength })).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_TOO_SHORT', where: 't.a' }),
    );
  }
});

test('nothing is longer than its type says', () => {
  for (const locale of localeNames) {
    const generator = new Generator({ seed: 1, locale });
    const longest = (type: 'company' | 'address', part?: 'street' | 'city') => {
      const at = generator.attribute('t', 'a', (part ? { type, part } : { type }) as never) as (
        row: number,
      ) => string;
      return Math.max(...Array.from({ length: 20_000 }, (_, row) => at(row).length));
    };
    expect(longest('company')).toBeLessThanOrEqual(64);
    expect(longest('address')).toBeLessThanOrEqual(120);
    expect(longest('address', 'street')).toBeLessThanOrEqual(60);
    expect(longest('address', 'city')).toBeLessThanOrEqual(60);
  }
});
