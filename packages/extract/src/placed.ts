import { HfitError } from '@hot-fixture/errors';

/** Runs work; an error that does not know its place is told this one. */
export function placed<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof HfitError && error.where === undefined ? error.at(where) : error;
  }
}
