import { HfitError } from '@hot-fixture/errors';

/** Names that stand for devices on some systems, whatever follows the dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name becomes the name of a file, on every system, and nothing else of its path.
 * @throws HFIT_FIXPOINT_NAME
 */
export function assertName(name: string): void {
  const reason = nameTrouble(name);
  if (reason !== null) throw new HfitError('HFIT_FIXPOINT_NAME', { name, reason });
}

/** Why it cannot be a name; null where it can. */
export function nameTrouble(name: string): string | null {
  if (/[/\\]/.test(name) || name === '..' || name === '.') return 'it is a path';
  if (name.length > 100) return 'it is too long';
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u.test(name)) return 'it holds other characters';
  if (/[. ]$/.test(name) || devices.test(name)) return 'not every system has such a file';
  return null;
}
