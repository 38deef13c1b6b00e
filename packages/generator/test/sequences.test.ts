import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Generator, Sequences } from '../src/index.js';

test('each name counts for itself, from the start', () => {
  const sequences = new Sequences({ start: 1000 });
  expect([1, 2, 3].map(() => sequences.next('invoice'))).toEqual([1000, 1001, 1002]);
  expect(sequences.next('customer')).toBe(1000);
});

test('one begins anew, or all do', () => {
  const sequences = new Sequences();
  for (const name of ['a', 'a', 'b']) sequences.next(name);
  sequences.reset('a');
  expect([sequences.next('a'), sequences.next('b')]).toEqual([1, 2]);
  sequences.resetAll();
  expect([sequences.next('a'), sequences.next('b')]).toEqual([1, 1]);
});

test('several are taken at once', () => {
  const sequences = new Sequences();
  expect(sequences.take('a', 100)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(sequences.next('a')).toBe(101);
});

test('the numbers of workers never meet, and how many there are changes none', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 });
  const blocks = fc.integer({ min: 1, max: 25 });
  fc.assert(
    fc.property(counts, blocks, fc.integer({ min: -5, max: 5000 }), (counts, block, start) => {
      const given = counts.map((count, worker) =>
        new Sequences({ start, worker, block, mostWorkers: 8 }).take('n', count),
      );
      expect(new Set(given.flat()).size).toBe(given.flat().length);
      expect(given.flat().every((number) => number >= start)).toBe(true);
      // Among few workers a worker counts as among many: it is not told how many there are.
      const first = given[0]!.slice(0, block);
      expect(first).toEqual(new Sequences({ start }).take('n', first.length));
    }),
  );
});

test('workers take blocks in turns', () => {
  const sequences = new Sequences({ worker: 1, block: 3, mostWorkers: 2 });
  expect(sequences.take('n', 7)).toEqual([4, 5, 6, 10, 11, 12, 16]);
});

test('rows of workers do not meet either, so unique values are unique among them', () => {
  const generators = [0, 1, 2].map((worker) => new Generator({ seed: 1, worker }));
  const emails = generators.flatMap((generator) =>
    Array.from({ length: 50 }, () => generator.object({ email: { type: 'email' } }, 'user').email),
  );
  expect(new Set(emails).size).toBe(150);
});

test.each([
  { start: 0.5 },
  { worker: -1 },
  { worker: 0.5 },
  { worker: 1, block: 0 },
  { worker: 64 },
  { worker: 2, mostWorkers: 2 },
])('%j is refused', (options) => {
  expect(() => new Sequences(options)).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE' }),
  );
});
