import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  verify,
} from 'node:crypto';

/** Keys that nobody has the private half of: for users who are not there. */
const nobody: readonly KeyObject[] = [
  generateKeyPairSync('ed25519').publicKey,
  // A random number does for RSA: to check a signature takes as long with it as with a product
  // of primes, and to find two of these would take a second at each start.
  createPublicKey({ key: { kty: 'RSA', n: randomModulus(), e: 'AQAB' }, format: 'jwk' }),
];

function randomModulus(): string {
  const bytes = randomBytes(256);
  bytes[0] = (bytes[0] as number) | 0x80;
  bytes[255] = (bytes[255] as number) | 1;
  return bytes.toString('base64url');
}

/**
 * Whether one of the keys made this signature over the text: Ed25519, or RSASSA-PKCS1-v1_5 with
 * SHA-512. Without keys the work is done all the same, so that no time tells who exists.
 * @param keys SPKI in PEM
 * @param signature in base64
 */
export function isSignedBy(keys: readonly string[], text: string, signature: string): boolean {
  const data = Buffer.from(text, 'utf8');
  const bytes = Buffer.from(signature, 'base64');
  const own = keys.map((pem) => createPublicKey(pem));
  let signed = false;
  for (const key of own) signed = check(key, data, bytes) || signed;
  for (const key of nobody) {
    if (!own.some((one) => one.asymmetricKeyType === key.asymmetricKeyType))
      check(key, data, bytes);
  }
  return signed;
}

function check(key: KeyObject, data: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, data, key, signature);
  return verify('sha512', data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
}
