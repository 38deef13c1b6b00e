import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { readSshPublicKey, sshBlobOf } from './ssh-key.js';

/** A public key that may log in. */
export interface PublicKey {
  readonly type: 'ed25519' | 'rsa';
  /** SPKI in PEM. */
  readonly pem: string;
  /** As `ssh-keygen -l` shows it: `SHA256:…`. */
  readonly fingerprint: string;
}

/**
 * Reads a public key: the line of an OpenSSH `.pub` file, or PEM (SPKI or PKCS 1).
 * @throws HFIT_PUBLIC_KEY_INVALID, HFIT_PUBLIC_KEY_PRIVATE, HFIT_PUBLIC_KEY_TYPE,
 *   HFIT_PUBLIC_KEY_WEAK
 */
export function readPublicKey(text: string): PublicKey {
  if (/PRIVATE KEY/.test(text)) throw new HfitError('HFIT_PUBLIC_KEY_PRIVATE', {});
  const key = text.trimStart().startsWith('-----') ? fromPem(text) : readSshPublicKey(text);
  const type = key.asymmetricKeyType;
  if (type !== 'ed25519' && type !== 'rsa') {
    throw new HfitError('HFIT_PUBLIC_KEY_TYPE', { type: type ?? 'unknown' });
  }
  if (type === 'rsa') refuseWeak(key);
  return {
    type,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: `SHA256:${createHash('sha256').update(sshBlobOf(key)).digest('base64').replace(/=+$/, '')}`,
  };
}

function fromPem(text: string): KeyObject {
  // A certificate would be read as a key too; it says more than we would keep.
  if (!/^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) {
    throw new HfitError('HFIT_PUBLIC_KEY_INVALID', { reason: 'this kind of PEM is not known' });
  }
  try {
    return createPublicKey(text);
  } catch (cause) {
    throw new HfitError('HFIT_PUBLIC_KEY_INVALID', { reason: 'the PEM is damaged' }, { cause });
  }
}

function refuseWeak(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < 2048) {
    const reason = `it has ${modulusLength} bits, and 2048 are the least`;
    throw new HfitError('HFIT_PUBLIC_KEY_WEAK', { reason });
  }
  // Beyond this OpenSSL takes seconds for one check. With the exponent 1 anybody could sign.
  if (modulusLength > 16384) {
    const reason = `it has ${modulusLength} bits, and 16384 are the most`;
    throw new HfitError('HFIT_PUBLIC_KEY_WEAK', { reason });
  }
  if (publicExponent < 3n || publicExponent % 2n === 0n) {
    throw new HfitError('HFIT_PUBLIC_KEY_WEAK', { reason: 'its exponent is not one of RSA' });
  }
}
