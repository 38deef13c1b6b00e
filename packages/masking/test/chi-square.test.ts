import { describe, expect, test } from 'vitest';
import { masking } from './facts.js';

const count = Number(process.env.HFIT_ROWS ?? 20_000);
const buckets = 100;

/**
 * Pearson's statistic for numbers that should fall into each bucket alike, as the distance from its
 * mean in deviations. The key is fixed, so each is one outcome: 5 comes once in a million keys.
 */
function deviations(numbers: Iterable<number>): number {
  const counts = new Array<number>(buckets).fill(0);
  let total = 0;
  for (const it of numbers) {
    counts[it]! += 1;
    total += 1;
  }
  const expected = total / buckets;
  const statistic = counts.reduce((sum, it) => sum + (it - expected) ** 2 / expected, 0);
  return Math.abs(statistic - (buckets - 1)) / Math.sqrt(2 * (buckets - 1));
}

const range = (to: number) =>
  masking('integer', { kind: 'integer', type: 'bigint' }, { from: 0, to: to - 1 });
const digits = masking('format');
const letters = masking('format');
const textOf = (i: number) => {
  let text = '';
  for (let rest = i, n = 0; n < 5; n++, rest = Math.floor(rest / 26))
    text += String.fromCharCode(97 + (rest % 26));
  return text;
};

/** From one number after the other to a mask between 0 and 1. */
const subjects: [string, (i: number) => number][] = [
  ['integer in a shuffled range', (i) => (range(999_000)(i % 999_000) as number) / 999_000],
  ['integer in a range of FF1', (i) => (range(7_654_321)(i) as number) / 7_654_321],
  ['integer in a range of many bits', (i) => (range(2 ** 52)(i) as number) / 2 ** 52],
  ['format of sixteen digits', (i) => Number(digits(String(i).padStart(16, '0'))) / 10 ** 16],
  [
    'format of five letters',
    (i) => {
      const masked = String(letters(textOf(i)));
      return [...masked].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 97, 0) / 26 ** 5;
    },
  ],
];

describe.each(subjects)('%s', (name, subject) => {
  // Most of a range would be spread more evenly than chance does.
  const some = name.includes('shuffled') ? Math.min(count, 50_000) : count;
  const masks = Array.from({ length: some }, (_, i) => subject(i));
  const upTo = (many: number, of: number) => Math.min(many - 1, Math.floor(of * many));

  test('masks of numbers in a row are spread evenly', () => {
    expect(deviations(masks.map((it) => upTo(buckets, it)))).toBeLessThan(5);
  });

  test('their last parts are, too', () => {
    expect(deviations(masks.map((it) => upTo(buckets, (it * 9973) % 1)))).toBeLessThan(5);
  });

  test('a mask tells nothing of its number', () => {
    const pairs = masks.map((it, i) => (i % 10) * 10 + upTo(10, it));
    expect(deviations(pairs)).toBeLessThan(5);
  });

  test('nor of the mask of the number before', () => {
    const pairs = masks.slice(1).map((it, i) => upTo(10, masks[i]!) * 10 + upTo(10, it));
    expect(deviations(pairs)).toBeLessThan(5);
  });
});
