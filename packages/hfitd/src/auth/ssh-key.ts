import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/**
 * Reads the line of an OpenSSH public key file: type, base64, comment (RFC 4253, 6.6; RFC 8709).
 * @throws HFIT_PUBLIC_KEY_INVALID, HFIT_PUBLIC_KEY_TYPE
 */
export function readSshPublicKey(text: string): KeyObject {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  if (lines.length !== 1) throw invalid('one line is expected');
  const [type = '', base64 = ''] = (lines[0] as string).trim().split(/\s+/);
  if (!/^[A-Za-z0-9@.-]+$/.test(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw invalid('a line such as "ssh-ed25519 AAAA… name" is expected');
  }
  if (type !== 'ssh-ed25519' && type !== 'ssh-rsa') {
    throw new HfitError('HFIT_PUBLIC_KEY_TYPE', { type });
  }
  const [inner, ...parts] = readParts(Buffer.from(base64, 'base64'));
  if (inner?.toString('latin1') !== type) throw invalid('its parts do not fit together');
  const jwk = type === 'ssh-rsa' ? rsa(parts) : ed25519(parts);
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new HfitError(
      'HFIT_PUBLIC_KEY_INVALID',
      { reason: 'its numbers are damaged' },
      { cause },
    );
  }
}

/** The same key as the bytes that OpenSSH takes the fingerprint of. */
export function sshBlobOf(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  return jwk.kty === 'OKP'
    ? joinParts([Buffer.from('ssh-ed25519'), bytes(jwk.x)])
    : joinParts([Buffer.from('ssh-rsa'), positive(bytes(jwk.e)), positive(bytes(jwk.n))]);
}

function ed25519([x, ...rest]: Buffer[]): JsonWebKey {
  if (x?.length !== 32 || rest.length > 0) throw invalid('its parts do not fit together');
  return { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') };
}

function rsa([e, n, ...rest]: Buffer[]): JsonWebKey {
  if (!e || !n || rest.length > 0) throw invalid('its parts do not fit together');
  return { kty: 'RSA', e: unsigned(e).toString('base64url'), n: unsigned(n).toString('base64url') };
}

/** Each part stands behind its length in four bytes. */
function readParts(blob: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) throw invalid('it ends too early');
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) throw invalid('it ends too early');
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function joinParts(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

/** A number of SSH carries a zero byte where its first bit would read as a minus. */
function positive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function unsigned(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

function invalid(reason: string): HfitError {
  return new HfitError('HFIT_PUBLIC_KEY_INVALID', { reason });
}
