import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/**
 * 32 secret bytes. Who has them can find out which mask a guessed value has, so they are kept as
 * safe as the data; who loses them gets other masks from then on.
 */
export type MaskingKey = Uint8Array;

/**
 * Reads the key in use from a text that holds one or several, the newest first; or, of several, the
 * one of an id. Each has a line of its own: 64 hexadecimal digits, or 32 bytes in base64 (also of the
 * URL kind). White space around it does not count, nor do lines that begin with #.
 * @param project whose key the id is of, where it is of a key that `projectMaskingKey` has derived
 * @throws HFIT_MASKING_KEY_INVALID, which does not quote the text; HFIT_MASKING_KEY_UNKNOWN
 */
export function parseMaskingKey(text: string, id?: string, project?: string): MaskingKey {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(keyIn);
  const [first] = keys;
  if (!first) throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
  if (id === undefined) return first;
  const idOf = (key: MaskingKey) =>
    maskingKeyId(project === undefined ? key : projectMaskingKey(key, project));
  const found = keys.find((key) => idOf(key) === id.trim().toLowerCase());
  if (found) return found;
  const known = keys.map(idOf).join(', ');
  throw new HfitError('HFIT_MASKING_KEY_UNKNOWN', { id, known });
}

function keyIn(line: string): MaskingKey {
  if (/^[0-9a-f]{64}$/i.test(line)) return Uint8Array.from(Buffer.from(line, 'hex'));
  if (/^(?:[\w-]{43}|[A-Za-z0-9+/]{43})=?$/.test(line)) {
    return Uint8Array.from(Buffer.from(line, 'base64'));
  }
  throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
}

/**
 * The key of one project: masks of two projects do not join, and none of their keys tells another
 * one, nor the one that all are derived from. HKDF with SHA-256 and no salt (RFC 5869), whose `info`
 * holds the name. Whoever replaces the one key replaces all.
 * @throws HFIT_MASKING_KEY_INVALID when the key is not of 32 bytes
 */
export function projectMaskingKey(key: MaskingKey, project: string): MaskingKey {
  if (key.length !== 32) throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
  // A name may be longer than `info` may be.
  const name = createHash('sha256').update(project.normalize('NFC')).digest();
  const info = Buffer.concat([Buffer.from('hfit masking key of a project\0'), name]);
  return new Uint8Array(hkdfSync('sha256', key, '', info, 32));
}

/** Tells one key from another, in 16 hexadecimal digits, and nothing of it: the manifest of a package has it. */
export function maskingKeyId(key: MaskingKey): string {
  return createHmac('sha256', key).update('hfit masking key').digest('hex').slice(0, 16);
}

/** A new random key as 64 hexadecimal digits. */
export function newMaskingKey(): string {
  return randomBytes(32).toString('hex');
}
