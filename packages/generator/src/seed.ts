import { randomInt } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/** What all values of a run depend on. 42 and '42' are the same seed. */
export type Seed = number | bigint | string;

/**
 * The seed that was given; else that of the environment (`HFIT_SEED`); else one that is drawn.
 * @throws HFIT_GENERATOR_SEED
 */
export function seedFrom(given: Seed | undefined, fromEnvironment = process.env.HFIT_SEED): string {
  const seed = given ?? (fromEnvironment || randomInt(2 ** 32));
  if (seed === '' || (typeof seed === 'number' && !Number.isSafeInteger(seed))) {
    throw new HfitError('HFIT_GENERATOR_SEED', { seed: seed === '' ? 'an empty text' : seed });
  }
  return String(seed);
}

/** One line to print when a test fails: how its values are had again. */
export function describeSeed(seed: string): string {
  const quoted = /^[\w.-]+$/.test(seed) ? seed : `'${seed.replaceAll("'", "'\\''")}'`;
  return `seed ${seed}: HFIT_SEED=${quoted} gives the same values again`;
}
