import { HfitError } from '@hot-fixture/errors';
import type { Driver } from './driver.js';

/** A driver's error as one of ours; ours go through as they are. */
export function guarded(driver: Pick<Driver, 'dialect' | 'location'>, error: unknown): HfitError {
  if (error instanceof HfitError) return error;
  const { reason, lost } = driver.dialect.explain(error);
  const values = { database: driver.location, reason };
  return new HfitError(lost ? 'HFIT_DATABASE_LOST' : 'HFIT_DATABASE_QUERY', values, {
    cause: error,
  });
}
