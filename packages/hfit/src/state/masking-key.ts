import { readFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from '../command.js';
import { note } from '../output/stdout.js';

const name = 'masking.key';

/**
 * The key that masks are made with: that of a file, else of the environment, else the user's own,
 * made at its first use. Of several keys it is the first, or the one of the id, which may be that
 * of a project's.
 * @throws HFIT_FILE_UNREADABLE, HFIT_STATE_FILE, and what `parseMaskingKey` throws
 */
export async function maskingKey(
  { home, env }: Context,
  file: string | undefined,
  id: string | undefined,
  project: string | undefined,
): Promise<Uint8Array> {
  const parsed = (text: string, where: string) => parse(text, where, id, project);
  if (file !== undefined) return parsed(await readKeyFile(file), file);
  if (env.HFIT_MASKING_KEY) return parsed(env.HFIT_MASKING_KEY, 'HFIT_MASKING_KEY');
  const kept = await home.read(name);
  if (kept !== null) return parsed(kept, home.path(name));
  const { newMaskingKey } = await import('@hot-fixture/masking');
  const made = newMaskingKey();
  await home.write(name, `${made}\n`);
  note(`made a masking key in ${home.path(name)}: keep it, the same key gives the same masks`);
  return parsed(made, home.path(name));
}

async function parse(
  text: string,
  where: string,
  id: string | undefined,
  project: string | undefined,
): Promise<Uint8Array> {
  const { parseMaskingKey } = await import('@hot-fixture/masking');
  try {
    return parseMaskingKey(text, id, project);
  } catch (error) {
    throw error instanceof HfitError ? error.at(where) : error;
  }
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = (cause as Error).message;
    const thing = 'masking key';
    throw new HfitError('HFIT_FILE_UNREADABLE', { thing, reason }, { where: path, cause });
  }
}
