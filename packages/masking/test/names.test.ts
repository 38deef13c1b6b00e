import { localeNames, valuesFrom } from '@hot-fixture/generator';
import { describe, expect, test } from 'vitest';
import { masking } from './facts.js';

const people = Array.from({ length: 300 }, (_, i) => `Person ${i}`);

describe.each(localeNames)('in the locale %s', (locale) => {
  const all = people.map((_, i) => valuesFrom(new Uint8Array(16).fill(i % 256), { locale }));
  const script = /\p{Script=Latin}/u.test(all[0]!.fullName()) ? 'Latin' : 'other';

  test('names are of its script, and many', () => {
    const names = people.map(masking('personName', {}, { locale })) as string[];
    expect(new Set(names).size).toBeGreaterThan(250);
    for (const name of names) {
      expect(/\p{Script=Latin}/u.test(name) ? 'Latin' : 'other').toBe(script);
      expect(name).toContain(' ');
    }
  });

  test('a full name is made of the parts that the same value has', () => {
    const part = (part: string) => masking('personName', {}, { locale, part })('Anna') as string;
    expect(part('full')).toContain(part('given'));
    expect(part('full')).toContain(part('family'));
  });

  test('an address is made of the parts that the same value has', () => {
    const part = (part: string) => masking('address', {}, { locale, part })('Weg 1') as string;
    for (const name of ['street', 'city', 'postcode']) expect(part('full')).toContain(part(name));
  });
});

test('a name that fits is found before one is cut', () => {
  const mask = masking('personName', { maxLength: 12 });
  const names = people.map(mask) as string[];
  const whole = names.filter((name) => /^[A-Z][\w']+ [A-Z][\w']+$/.test(name));
  expect(whole.length).toBeGreaterThan(290);
});

test('what is cut does not end in a space', () => {
  for (let maxLength = 1; maxLength < 8; maxLength++) {
    for (const name of people.map(masking('personName', { maxLength })) as string[]) {
      expect(name).toBe(name.trim());
    }
  }
});

test('a real name is never its own mask, though it stands in the lists', () => {
  const mask = masking('personName', {}, { part: 'given' });
  for (let i = 0; i < 2000; i++) {
    const name = valuesFrom(new Uint8Array(16).fill(i & 255).fill(i >> 8, 8)).givenName();
    for (const value of [name, name.toUpperCase()]) {
      expect(String(mask(value)).toLowerCase()).not.toBe(name.toLowerCase());
    }
  }
});
