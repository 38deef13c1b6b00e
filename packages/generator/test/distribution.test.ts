import { describe, expect, test } from 'vitest';
import { normal, normalWithin, weighted, zipf } from '../src/distribution.js';
import { Generator, type Spec } from '../src/index.js';
import { chiSquare, chiSquareLimit, drawsOf } from './keys.js';

const runs = 60_000;

function sample(
  name: string,
  draw: (draws: ReturnType<typeof drawsOf>) => number,
  length = runs,
): number[] {
  const draws = drawsOf(name);
  return Array.from({ length }, (_, row) => draw(draws.at(row)));
}

function countsOf(values: readonly number[], size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const value of values) counts[value]! += 1;
  return counts;
}

test('normal numbers have the moments of the bell', () => {
  const values = sample('normal', normal);
  const moment = (power: number) => values.reduce((sum, it) => sum + it ** power, 0) / runs;
  // Five standard errors of each moment, at this number of runs.
  expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / runs));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / runs));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / runs));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / runs));
});

test('normal numbers keep to their range, also where it is narrow', () => {
  for (const [mean, deviation] of [
    [50, 10],
    [0, 10],
    [99, 1e6],
  ] as const) {
    const values = sample(
      'within',
      normalWithin({ kind: 'normal', mean, deviation }, 0, 100),
      2000,
    );
    expect(values.every((value) => value >= 0 && value <= 100)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(1900);
  }
});

test.each([
  [10, 1],
  [10, 0.5],
  [10, 2],
  [100, 1],
  [7, 3.5],
  [1, 1],
])('zipf over %d with exponent %d: each rank as often as it says', (size, exponent) => {
  const shares = Array.from({ length: size }, (_, i) => (i + 1) ** -exponent);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts = countsOf(sample(`zipf ${size} ${exponent}`, zipf(size, exponent)), size);
  expect(
    chiSquare(
      counts,
      shares.map((share) => (share / total) * runs),
    ),
  ).toBeLessThan(chiSquareLimit(Math.max(1, size - 1)));
});

test('zipf over a space of 2^48 takes its first values as often as it should', () => {
  const values = sample('zipf large', zipf(2 ** 48, 2));
  // The sum of 1/k² is π²/6.
  expect(values.filter((value) => value === 0).length / runs).toBeCloseTo(6 / Math.PI ** 2, 2);
  expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
});

test.each([
  [[1, 2, 3, 4]],
  [[10]],
  [[1, 0, 1]],
  [[0.1, 0.2, 0.7]],
  [[1e-3, 1, 1000, 5, 5]],
  [Array.from({ length: 50 }, (_, i) => 1 + (i % 7))],
])('weights %j: each as often as it says', (weights) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = countsOf(sample(`weights ${weights}`, weighted(weights)), weights.length);
  const kept = weights.map((_, i) => i).filter((i) => weights[i]! > 0);
  for (const [i, weight] of weights.entries()) if (weight === 0) expect(counts[i]).toBe(0);
  const expected = kept.map((i) => (weights[i]! / total) * runs);
  expect(
    chiSquare(
      kept.map((i) => counts[i]!),
      expected,
    ),
  ).toBeLessThan(chiSquareLimit(Math.max(1, kept.length - 1)));
});

describe('as an option of a type', () => {
  const valuesOf = (spec: Spec) => {
    const at = new Generator({ seed: 6 }).attribute('t', 'a', spec as never) as (
      row: number,
    ) => unknown;
    return Array.from({ length: runs }, (_, row) => at(row));
  };
  const momentsOf = (values: readonly number[]) => {
    const mean = values.reduce((sum, it) => sum + it, 0) / runs;
    return [mean, Math.sqrt(values.reduce((sum, it) => sum + (it - mean) ** 2, 0) / runs)] as const;
  };
  /** Five standard errors of a mean. */
  const error = (deviation: number) => (5 * deviation) / Math.sqrt(runs);

  test.each(['integer', 'decimal', 'float'] as const)(
    'a normal %s has the mean and the deviation that were asked for',
    (type) => {
      const distribution = { kind: 'normal', mean: 170, deviation: 12 } as const;
      const values = valuesOf({ type, min: -100, max: 400, distribution }).map(Number);
      const [mean, deviation] = momentsOf(values);
      expect(Math.abs(mean - 170)).toBeLessThan(error(12));
      expect(Math.abs(deviation - 12)).toBeLessThan(error(12));
    },
  );

  test('an integer is drawn evenly where nothing is said', () => {
    const counts = countsOf(valuesOf({ type: 'integer', min: 0, max: 9 }) as number[], 10);
    expect(
      chiSquare(
        counts,
        counts.map(() => runs / 10),
      ),
    ).toBeLessThan(chiSquareLimit(9));
  });

  test('an integer by rank has its least value most often', () => {
    const spec = { type: 'integer', min: 1, max: 8, distribution: { kind: 'zipf' } } as const;
    const counts = countsOf(
      (valuesOf(spec) as number[]).map((it) => it - 1),
      8,
    );
    const total = counts.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
    const expected = counts.map((_, i) => runs / ((i + 1) * total));
    expect(chiSquare(counts, expected)).toBeLessThan(chiSquareLimit(7));
  });

  test('choices are as often as their weights say', () => {
    const values = valuesOf({ type: 'oneOf', values: ['a', 'b', 'c'], weights: [90, 9, 1] });
    const counts = ['a', 'b', 'c'].map((it) => values.filter((value) => value === it).length);
    expect(chiSquare(counts, [0.9 * runs, 0.09 * runs, 0.01 * runs])).toBeLessThan(
      chiSquareLimit(2),
    );
  });

  test('a boolean is as often true as its probability says', () => {
    const values = valuesOf({ type: 'boolean', probability: 0.2 });
    const counts = [true, false].map((it) => values.filter((value) => value === it).length);
    expect(chiSquare(counts, [0.2 * runs, 0.8 * runs])).toBeLessThan(chiSquareLimit(1));
  });

  test('names of people are drawn evenly from their lists', () => {
    const values = valuesOf({ type: 'name', part: 'family', locale: 'fr' });
    const counts = [...new Set(values)].map((it) => values.filter((value) => value === it).length);
    expect(counts.length).toBe(150);
    expect(
      chiSquare(
        counts,
        counts.map(() => runs / 150),
      ),
    ).toBeLessThan(chiSquareLimit(149));
  });
});
