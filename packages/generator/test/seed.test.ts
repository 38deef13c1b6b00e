import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { describeSeed, Generator, seedFrom } from '../src/index.js';

afterEach(() => vi.unstubAllEnvs());

test('0 is a seed as good as any', () => {
  vi.stubEnv('HFIT_SEED', '7');
  const names = (seed: number) => new Generator({ seed }).generate('name');
  expect(new Generator({ seed: 0 }).seed).toBe('0');
  expect(names(0)).toBe(names(0));
  expect(names(0)).not.toBe(names(7));
});

test('a number and its text are one seed, so that a printed seed can be given back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.bigInt(), fc.string({ minLength: 1 })), (seed) => {
      const { seed: printed } = new Generator({ seed });
      expect(new Generator({ seed: printed }).generate('uuid')).toBe(
        new Generator({ seed }).generate('uuid'),
      );
    }),
    { numRuns: 30 },
  );
});

test('without one, it is that of the environment', () => {
  vi.stubEnv('HFIT_SEED', '99');
  expect(new Generator().seed).toBe('99');
  expect(new Generator().generate('uuid')).toBe(new Generator({ seed: 99 }).generate('uuid'));
});

test('without that, it is drawn, and told', () => {
  vi.stubEnv('HFIT_SEED', '');
  const generators = [new Generator(), new Generator()];
  expect(generators[0]!.seed).not.toBe(generators[1]!.seed);
  for (const generator of generators) {
    expect(generator.describeSeed()).toContain(`HFIT_SEED=${generator.seed} `);
  }
});

test('the printed line can be pasted into a shell', () => {
  expect(describeSeed('42')).toBe('seed 42: HFIT_SEED=42 gives the same values again');
  expect(describeSeed("it's $1")).toContain("HFIT_SEED='it'\\''s $1' ");
});

test.each([Number.NaN, 0.5, 2 ** 60, ''])('%s is no seed', (seed) => {
  expect(() => seedFrom(seed)).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_SEED' }));
});
