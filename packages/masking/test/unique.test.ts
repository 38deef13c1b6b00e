import { describe, expect, test } from 'vitest';
import { masking } from './facts.js';

/** A million where somebody wants to know: HFIT_ROWS=1000000. */
const count = Number(process.env.HFIT_ROWS ?? 20_000);
const textOf = (i: number) => `person ${i}`;
const uuidOf = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

/** Each with the least room that a unique column may have for it. */
describe.each([
  ['hash', { unique: true, maxLength: 16 }, textOf],
  ['hash', { unique: true, kind: 'uuid' }, uuidOf],
  ['email', { unique: true, maxLength: 24 }, textOf],
  ['integer', { unique: true, kind: 'integer' }, (i: number) => i],
  ['format', { unique: true, maxLength: 9 }, (i: number) => `AB${String(i).padStart(7, '0')}`],
] as const)('%s in %j', (masker, facts, value) => {
  test(`${count} values have as many masks, also where upper case does not count`, () => {
    const mask = masking(masker, facts);
    const masks = new Set<string>();
    for (let i = 0; i < count; i++) masks.add(String(mask(value(i))).toLowerCase());
    expect(masks.size).toBe(count);
  }, 600_000);
});
