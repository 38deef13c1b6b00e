import { type Code, HfitError } from '@hot-fixture/errors';
import { expect } from 'vitest';

/** The error that some work throws; it must have this code. */
export async function thrown(code: Code, work: () => unknown): Promise<HfitError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(HfitError);
    expect((error as HfitError).code).toBe(code);
    return error as HfitError;
  }
  return expect.fail(`${code} was expected, and nothing was thrown`);
}
