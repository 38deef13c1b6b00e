import { describe, expect, test } from 'vitest';
import { masking } from './facts.js';

const address = (options: Record<string, string>) => masking('address', {}, options);

describe('the area of a postcode stays', () => {
  const mask = address({ part: 'postcode', keep: 'area' });

  test.each([
    ['10115', /^10\d{3}$/],
    ['94105-1420', /^94\d{3}-\d{4}$/],
    ['D-10115', /^D-10\d{3}$/],
    ['SW1A 1AA', /^SW1A \d[A-Z]{2}$/],
    ['ec1v9hq', /^ec1v\d[A-Z]{2}$/],
  ])('of %s', (text, pattern) => {
    expect(mask(text)).toMatch(pattern);
    expect(mask(text)).not.toBe(text);
  });

  test('or all of it is another, where there is none', () => {
    expect(mask('unknown')).toMatch(/^\d{5}$/);
  });

  test('in a line, in the language of the new address', () => {
    const full = address({ part: 'full', keep: 'area', locale: 'de' });
    expect(full('Torstraße 1, 10115 Berlin')).toMatch(/, 10\d{3} /);
    expect(full('Torstraße 1, 10115 Berlin')).not.toMatch(/Torstraße 1,|10115/);
    expect(full('Torstraße 1, 10115 Berlin, Österreich')).toMatch(/, 10\d{3} .*, Österreich$/);
  });
});

describe('the country stays', () => {
  const mask = address({ part: 'full', keep: 'country' });

  test.each([
    ['1 Main St, Springfield 12345, USA', 'USA'],
    ['Calle 1\n28001 Madrid\nEspaña', 'España'],
    ['Rue 1, Paris, fr', 'fr'],
    ['1-1 Chiyoda, Tokyo, 日本', '日本'],
  ])('%j', (text, country) => {
    const masked = String(mask(text));
    expect(masked.endsWith(`, ${country}`)).toBe(true);
    expect(masked).not.toMatch(/Main|Madrid|Paris|Tokyo|12345|28001/);
  });

  test.each(['Smith House, Anna', 'Germany', '12 Jordan Road'])('but nothing else: %j', (text) => {
    expect(mask(text)).not.toMatch(/Anna|Germany$|Jordan/);
  });
});
