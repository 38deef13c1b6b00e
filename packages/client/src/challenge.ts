import { constants, type KeyObject, sign } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/** Signs the given bytes with a private key that stays with the caller. */
export type Signer = (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const form = /^hfit1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/**
 * Reads whom a challenge is for. Anything that is not exactly a challenge of a login is refused,
 * so that no server can have other things signed with the user's key.
 * @param expected the audience of an earlier login, where there was one: a server in between
 *   cannot pass on the challenge of another one
 * @throws HFIT_CHALLENGE_UNEXPECTED
 */
export function audienceOf(host: string, challenge: unknown, expected?: string): string {
  const refuse = (reason: string) => new HfitError('HFIT_CHALLENGE_UNEXPECTED', { host, reason });
  const match = typeof challenge === 'string' ? form.exec(challenge) : null;
  if (!match?.[1]) throw refuse('it does not have the form of a challenge');
  const bytes = Buffer.from(match[1], 'base64url');
  const audience = bytes.toString('utf8');
  if (!Buffer.from(audience, 'utf8').equals(bytes) || /\p{Cc}/u.test(audience)) {
    throw refuse('it does not name whom it is for');
  }
  if (expected !== undefined && audience !== expected) {
    throw refuse(`it is for "${audience}", and the logins before were for "${expected}"`);
  }
  return audience;
}

/**
 * The signer of a private key: Ed25519, or RSASSA-PKCS1-v1_5 with SHA-512.
 * @throws HFIT_KEY_UNSUPPORTED
 */
export function signerOf(key: KeyObject): Signer {
  const type = key.asymmetricKeyType ?? key.type;
  if (key.type === 'private' && type === 'ed25519') return (data) => sign(null, data, key);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.type === 'private' && type === 'rsa' && bits >= 2048) {
    return (data) => sign('sha512', data, { key, padding: constants.RSA_PKCS1_PADDING });
  }
  const size = bits > 0 ? ` with ${bits} bits` : '';
  throw new HfitError('HFIT_KEY_UNSUPPORTED', {
    type: key.type === 'private' ? `${type}${size}` : `${type} (${key.type})`,
  });
}
