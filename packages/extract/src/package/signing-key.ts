import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/** What stands beside a manifest. */
export interface Signature {
  readonly algorithm: 'Ed25519';
  readonly key: string;
  /** SPKI in base64, so that a reader can see that nothing was changed, whoever signed. */
  readonly publicKey: string;
  readonly signature: string;
}

/** A new Ed25519 key as PKCS #8 in PEM. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads the key that manifests are signed with.
 * @throws HFIT_SIGNING_KEY, which does not quote the text
 */
export function parseSigningKey(text: string): KeyObject {
  return parsed(() => createPrivateKey(text), 'private');
}

/**
 * Reads the key that a signature is checked with. The private half serves too.
 * @throws HFIT_SIGNING_KEY
 */
export function parseVerifyingKey(text: string): KeyObject {
  return parsed(() => createPublicKey(text), 'public');
}

function parsed(read: () => KeyObject, half: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // OpenSSL quotes nothing, and says nothing that helps either.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new HfitError('HFIT_SIGNING_KEY', { half });
}

/** The public half, for those who check signatures, as PEM. */
export function publicKeyOf(key: KeyObject): string {
  return publicHalf(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** A name for a key that tells it from all others: 16 digits of the SHA-256 of its public half. */
export function signingKeyId(key: KeyObject): string {
  return createHash('sha256').update(spki(key)).digest('hex').slice(0, 16);
}

export function signText(key: KeyObject, text: string): Signature {
  return {
    algorithm: 'Ed25519',
    key: signingKeyId(key),
    publicKey: spki(key).toString('base64'),
    signature: sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/** @returns the key that has signed the text; null where none has */
export function signerOf(text: string, { publicKey, signature }: Signature): KeyObject | null {
  try {
    const der = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
    if (key.asymmetricKeyType !== 'ed25519') return null;
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')) ? key : null;
  } catch {
    return null;
  }
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

function spki(key: KeyObject): Buffer {
  return publicHalf(key).export({ type: 'spki', format: 'der' });
}
