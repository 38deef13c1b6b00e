import { HfitError } from '@hot-fixture/errors';
import type { Policy } from '@hot-fixture/masking';

/**
 * Files are classified like columns: what no pattern of the policy keeps does not leave.
 * @throws HFIT_FILE_DENIED
 */
export function assertFileKept(policy: Policy, volume: string, path: string, where: string): void {
  if (policy.decideFile(volume, path) === 'keep') return;
  throw new HfitError('HFIT_FILE_DENIED', { volume, path }, { where });
}
