import { HfitError } from '@hot-fixture/errors';
import type { FileDecision, Policy } from '@hot-fixture/masking';

/**
 * How a file leaves. Files are classified like columns: one that no pattern of the policy fits does
 * not leave.
 * @throws HFIT_FILE_DENIED
 */
export function decideFile(
  policy: Policy,
  volume: string,
  path: string,
  where: string,
): FileDecision {
  const decision = policy.decideFile(volume, path);
  if (decision !== 'deny') return decision;
  throw new HfitError('HFIT_FILE_DENIED', { volume, path }, { where });
}
