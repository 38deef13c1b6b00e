import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Somebody with a key pair of their own. */
export interface Person {
  readonly email: string;
  /** In PEM. */
  readonly publicKey: string;
  /** In base64. */
  sign(text: string): string;
}

export function newUser(email: string, type: 'ed25519' | 'rsa' = 'ed25519'): Person {
  const { publicKey, privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  return {
    email,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => signWith(privateKey, text),
  };
}

function signWith(key: KeyObject, text: string): string {
  const data = Buffer.from(text);
  const signature =
    key.asymmetricKeyType === 'rsa'
      ? sign('sha512', data, { key, padding: constants.RSA_PKCS1_PADDING })
      : sign(null, data, key);
  return signature.toString('base64');
}
