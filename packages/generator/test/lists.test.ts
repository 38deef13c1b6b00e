import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type LocaleName, localeNames } from '../src/index.js';
import { locales } from '../src/locale.js';

/**
 * When one of these changes, every value of that locale changes, and so does every mask that was
 * ever made with it. Do not accept a new digest without saying so in the changelog.
 */
const digests: Record<LocaleName, string> = {
  en: '44030641d0cc837b',
  de: '1800c10750c50a13',
  es: 'cfd196b7517e8c8f',
  fr: '6b46a2cbacdeaac3',
  ja: '1956eb31eef8d31b',
  ru: '00640c016b43b055',
};

test.each(localeNames)('the words of %s are those of the first day', (name) => {
  const { people, cities, lists, phones, postcode } = locales[name];
  const words = JSON.stringify({ people, cities, lists, phones, postcode });
  expect(createHash('sha256').update(words).digest('hex').slice(0, 16)).toBe(digests[name]);
});

test.each(localeNames)(
  '%s has words for everything, each once and without stray spaces',
  (name) => {
    const { people, cities, lists, phones } = locales[name];
    const all = [...people.flatMap((it) => [it.given, it.family]), cities, ...Object.values(lists)];
    for (const list of [...all, phones]) {
      expect(list.length).toBeGreaterThan(0);
      expect(new Set(list).size).toBe(list.length);
      expect(list.filter((word) => word !== word.trim() || word === '')).toEqual([]);
    }
  },
);
