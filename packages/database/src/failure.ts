import { HfitError } from '@hot-fixture/errors';
import type { Driver } from './driver.js';

/** What better-sqlite3 says of statements and values by a TypeError or RangeError. */
const ofDriver = /^(The |This |Too |Missing |You |SQLite3 can|Expected )/;

/** An error that JavaScript itself throws at a mistake in a program: no database has said it. */
function isMistake(error: unknown): error is Error {
  const kinds = [TypeError, RangeError, ReferenceError];
  return (
    kinds.some((kind) => error instanceof kind && error.name === kind.name) &&
    !ofDriver.test((error as Error).message)
  );
}

const ends = { lost: 'HFIT_DATABASE_LOST', full: 'HFIT_DATABASE_FULL' } as const;

/** A driver's error as one of ours; ours go through as they are, and mistakes are told as such. */
export function guarded(driver: Pick<Driver, 'dialect' | 'location'>, error: unknown): HfitError {
  if (error instanceof HfitError) return error;
  const { reason, end } = driver.dialect.explain(error);
  if (!end && isMistake(error)) {
    const { name, message } = error;
    return new HfitError('HFIT_UNEXPECTED', { reason: `${name}: ${message}` }, { cause: error });
  }
  const values = { database: driver.location, reason };
  const code = end ? ends[end] : 'HFIT_DATABASE_QUERY';
  return new HfitError(code, values, { cause: error });
}
