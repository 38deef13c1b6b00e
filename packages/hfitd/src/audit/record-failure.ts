import { HfitError } from '@hot-fixture/errors';
import type { Audit } from './audit.js';
import type { Attempt } from './event.js';

/**
 * Does some work, and records it where it fails; what goes well is recorded by who gives it out.
 * @throws HFIT_AUDIT_FAILED, and what the work throws
 */
export async function recordFailure<T>(
  audit: Audit,
  attempt: Attempt,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof HfitError ? error.code : 'HFIT_INTERNAL';
    const details = { ...attempt.details, code };
    await audit.record({ ...attempt, outcome: 'failed', details });
    throw error;
  }
}
