import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from '../command.js';
import { note } from '../output/stdout.js';

const name = 'signing.key';

/**
 * The key that packages are signed with: that of a file, else the user's own, made at its first use.
 * @throws HFIT_FILE_UNREADABLE, HFIT_STATE_FILE, HFIT_SIGNING_KEY
 */
export async function signingKey({ home }: Context, file: string | undefined): Promise<KeyObject> {
  const { newSigningKey, parseSigningKey } = await import('@hot-fixture/extract');
  if (file !== undefined) return readKey(file, parseSigningKey);
  const kept = await home.read(name);
  if (kept !== null) return placed(home.path(name), () => parseSigningKey(kept));
  const made = newSigningKey();
  await home.write(name, made);
  note(
    `made a key in ${home.path(name)} that signs your packages: "hfit public-key" prints what others check them with`,
  );
  return parseSigningKey(made);
}

/**
 * The keys whose packages are taken: those of the files, and the user's own where there is one.
 * @throws HFIT_FILE_UNREADABLE, HFIT_STATE_FILE, HFIT_SIGNING_KEY
 */
export async function trustedKeys(
  { home }: Context,
  files: readonly string[],
): Promise<KeyObject[]> {
  const { parseVerifyingKey } = await import('@hot-fixture/extract');
  const keys: KeyObject[] = [];
  for (const file of files) keys.push(await readKey(file, parseVerifyingKey));
  const own = await home.read(name);
  if (own !== null) keys.push(placed(home.path(name), () => parseVerifyingKey(own)));
  return keys;
}

async function readKey(path: string, parse: (text: string) => KeyObject): Promise<KeyObject> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const values = { thing: 'signing key', reason: (cause as Error).message };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: path, cause });
  }
  return placed(path, () => parse(text));
}

function placed(where: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    throw error instanceof HfitError ? error.at(where) : error;
  }
}
