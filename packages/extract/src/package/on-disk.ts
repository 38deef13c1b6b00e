import { HfitError } from '@hot-fixture/errors';

/** An error of the file system as one of ours. */
export function onDisk(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof HfitError || typeof code !== 'string' || !syscall) return error;
  return new HfitError('HFIT_PACKAGE_DISK', { reason: code }, { cause: error });
}
