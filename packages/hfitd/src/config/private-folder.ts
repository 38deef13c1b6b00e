import { mkdirSync, statSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';

/**
 * Makes a folder that its owner alone can open, or makes sure that the one there is such.
 * @param thing what it is for, for messages
 * @throws HFIT_FOLDER_UNSAFE
 */
export function privateFolder(folder: string, thing: string): void {
  const refuse = (reason: string, cause?: unknown) =>
    new HfitError('HFIT_FOLDER_UNSAFE', { thing, reason }, { where: folder, cause });
  let stat: ReturnType<typeof statSync>;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    stat = statSync(folder);
  } catch (error) {
    throw refuse((error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
  // On Windows the mode and the owner say nothing.
  if (process.platform === 'win32') return;
  if (stat.uid !== process.getuid?.()) throw refuse('it belongs to another user');
  if ((stat.mode & 0o077) !== 0) throw refuse('other users can open it');
}
