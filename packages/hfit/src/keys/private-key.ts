import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { readOpenssh } from './openssh.js';

/**
 * Reads a private key from a file: PEM (PKCS#8, PKCS#1) or the form of OpenSSH, not encrypted.
 * @throws HFIT_KEY_FILE, HFIT_KEY_FORMAT, HFIT_KEY_PUBLIC, HFIT_KEY_ENCRYPTED, HFIT_KEY_UNSUPPORTED
 */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new HfitError('HFIT_KEY_FILE', { reason }, { where: path, cause });
  }
  try {
    return parsePrivateKey(text);
  } catch (error) {
    throw error instanceof HfitError ? error.at(path) : error;
  }
}

/** The key of such a file's text. */
export function parsePrivateKey(text: string): KeyObject {
  if (/-----BEGIN OPENSSH PRIVATE KEY-----/.test(text)) return assertUsable(readOpenssh(text));
  if (
    /^(ssh-|ecdsa-|sk-)\S+ AAAA|-----BEGIN (RSA )?PUBLIC KEY|-----BEGIN SSH2 PUBLIC/m.test(text)
  ) {
    throw new HfitError('HFIT_KEY_PUBLIC', {});
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new HfitError('HFIT_KEY_ENCRYPTED', {});
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    const reason = 'it has no line -----BEGIN … PRIVATE KEY-----';
    throw new HfitError('HFIT_KEY_FORMAT', { reason });
  }
  try {
    return assertUsable(createPrivateKey(text));
  } catch (cause) {
    if (cause instanceof HfitError) throw cause;
    const reason = (cause as Error).message;
    throw new HfitError('HFIT_KEY_FORMAT', { reason }, { cause });
  }
}

/** Tells at once about a key that no server would take. */
function assertUsable(key: KeyObject): KeyObject {
  const type = key.asymmetricKeyType ?? 'unknown';
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (type === 'ed25519' || (type === 'rsa' && bits >= 2048)) return key;
  const named = bits > 0 ? `${type} with ${bits} bits` : type;
  throw new HfitError('HFIT_KEY_UNSUPPORTED', { type: named });
}
