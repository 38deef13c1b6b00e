import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { newSigningKey } from '@hot-fixture/extract';
import { type MaskingKey, newMaskingKey, parseMaskingKey } from '@hot-fixture/masking';
import { readOrMake } from './secret-file.js';
import type { Configuration } from './settings.js';

/**
 * The key that packages and the audit log are signed with, as its text: from the file that was
 * named; else from the data folder, where the first start makes it.
 */
export function readSigningKey({ signingKeyFile, dataDir }: Configuration): string {
  if (signingKeyFile !== undefined) return readText(signingKeyFile, 'signing key');
  return readOrMake(join(dataDir, 'signing.key'), newSigningKey);
}

/** The key that masks are made with, from the same places. */
export function readMaskingKey({ maskingKeyFile, dataDir }: Configuration): MaskingKey {
  if (maskingKeyFile !== undefined) return parseMaskingKey(readText(maskingKeyFile, 'masking key'));
  return parseMaskingKey(readOrMake(join(dataDir, 'masking.key'), newMaskingKey));
}

/** @throws HFIT_FILE_UNREADABLE */
export function readText(file: string, thing: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_FILE_UNREADABLE', { thing, reason }, { where: file, cause });
  }
}
