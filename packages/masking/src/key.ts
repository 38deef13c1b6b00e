import { randomBytes } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/**
 * 32 secret bytes. Who has them can find out which mask a guessed value has, so they are kept as
 * safe as the data; who loses them gets other masks from then on.
 */
export type MaskingKey = Uint8Array;

/**
 * Reads a key from its text: 64 hexadecimal digits, or 32 bytes in base64 (also of the URL kind).
 * White space around it does not count.
 * @throws HFIT_MASKING_KEY_INVALID, which does not quote the text
 */
export function parseMaskingKey(text: string): MaskingKey {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Uint8Array.from(Buffer.from(trimmed, 'hex'));
  if (/^(?:[\w-]{43}|[A-Za-z0-9+/]{43})=?$/.test(trimmed)) {
    return Uint8Array.from(Buffer.from(trimmed, 'base64'));
  }
  throw new HfitError('HFIT_MASKING_KEY_INVALID', {});
}

/** A new random key as 64 hexadecimal digits. */
export function newMaskingKey(): string {
  return randomBytes(32).toString('hex');
}
