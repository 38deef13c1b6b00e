import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeWarnings } from '../src/build/warnings.js';

function decode(header: string): string[] {
  return JSON.parse(decodeURIComponent(header));
}

describe('warnings in a header', () => {
  test('come back as they were, where they fit', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(texts, (list) => {
        expect(decode(encodeWarnings(list))).toEqual(list);
      }),
    );
  });

  test('are cut to what fits, and the rest is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 9000 }), { maxLength: 300 }), (list) => {
        const header = encodeWarnings(list);
        expect(header.length).toBeLessThanOrEqual(6000);
        expect(header).toMatch(/^[!-~]*$/);
        const told = decode(header);
        if (told.length === list.length && told.at(-1) === list.at(-1)) return;
        const kept = told.slice(0, -1);
        expect(kept).toEqual(list.slice(0, kept.length));
        expect(told.at(-1)).toBe(`and ${list.length - kept.length} more`);
      }),
    );
  });

  test('one that is too long for any header still shows that it is there', () => {
    expect(decode(encodeWarnings(['x'.repeat(7000)]))).toEqual(['and 1 more']);
  });
});
