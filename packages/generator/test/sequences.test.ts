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
  expect(sequences.take('a', 100)).toBe(1);
  expect(sequences.next('a')).toBe(101);
});

test('the numbers of workers never meet, and how many there are changes none', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(counts, fc.integer({ min: -5, max: 5000 }), (counts, start) => {
      const given = counts.map((count, worker) => {
        const sequences = new Sequences({ start, worker, block: 20 });
        return Array.from({ length: count }, () => sequences.next('n'));
      });
      expect(new Set(given.flat()).size).toBe(given.flat().length);
      const alone = new Sequences({ start });
      expect(given[0]).toEqual(given[0]!.map(() => alone.next('n')));
    }),
  );
});

test('a worker does not count into the block of the next', () => {
  const sequences = new Sequences({ worker: 1, block: 3 });
  expect([1, 2, 3].map(() => sequences.next('n'))).toEqual([4, 5, 6]);
  for (const more of [() => sequences.next('n'), () => sequences.take('other', 4)]) {
    expect(more).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_WORKER' }));
  }
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
  { worker: 2 ** 40, block: 2 ** 40 },
])('%j is refused', (options) => {
  expect(() => new Sequences(options)).toThrow(
    expect.objectContaining({ code: 'HFIT_GENERATOR_RANGE' }),
  );
});
