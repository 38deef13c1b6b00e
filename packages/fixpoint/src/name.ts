import { HfitError } from '@hot-fixture/errors';

/** Names that stand for devices on some systems, whatever follows the dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name becomes the name of a file, on every system, and nothing else of its path.
 * @throws HFIT_FIXPOINT_NAME
 */
export function assertName(name: string): void {
  const refuse = (reason: string) => new HfitError('HFIT_FIXPOINT_NAME', { name, reason });
  if (/[/\\]/.test(name) || name === '..' || name === '.') throw refuse('it is a path');
  if (name.length > 100) throw refuse('it is too long');
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u.test(name)) throw refuse('it holds other characters');
  if (/[. ]$/.test(name) || devices.test(name)) throw refuse('not every system has such a file');
}
