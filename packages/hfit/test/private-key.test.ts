import { execFileSync } from 'node:child_process';
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePrivateKey, readPrivateKey } from '../src/keys/private-key.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function sshKeygen(name: string, ...options: string[]): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-f', path, '-C', 'ann@example.com', ...options]);
  return path;
}

function hasSshKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'pipe' });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  return true;
}

/** A key is the right one when the public half on the disk accepts what it signs. */
function assertPair(key: KeyObject, publicKey: KeyObject): void {
  const data = randomBytes(40);
  const hash = key.asymmetricKeyType === 'rsa' ? 'sha512' : null;
  expect(verify(hash, data, publicKey, sign(hash, data, key))).toBe(true);
}

/** Without ssh-keygen on the machine these are skipped: nothing else writes its form. */
describe.skipIf(!hasSshKeygen())('a key that ssh-keygen made', () => {
  test('Ed25519', async () => {
    const path = sshKeygen('ed25519', '-t', 'ed25519', '-N', '');
    const raw = Buffer.from(readFileSync(`${path}.pub`, 'utf8').split(' ')[1]!, 'base64').subarray(
      -32,
    );
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
    assertPair(await readPrivateKey(path), createPublicKey({ format: 'jwk', key: jwk }));
  });

  test.each(['2048', '3072'])('RSA of %s bits', async (bits) => {
    const path = sshKeygen(`rsa${bits}`, '-t', 'rsa', '-b', bits, '-N', '');
    const pem = execFileSync('ssh-keygen', ['-e', '-m', 'PKCS8', '-f', `${path}.pub`]);
    assertPair(await readPrivateKey(path), createPublicKey(pem));
  });

  test('in PEM', async () => {
    const path = sshKeygen('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '');
    const pem = execFileSync('ssh-keygen', ['-e', '-m', 'PKCS8', '-f', `${path}.pub`]);
    assertPair(await readPrivateKey(path), createPublicKey(pem));
  });

  test.each([
    ['with a passphrase', 'HFIT_KEY_ENCRYPTED', ['-t', 'ed25519', '-N', 'secret']],
    [
      'with a passphrase, in PEM',
      'HFIT_KEY_ENCRYPTED',
      ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'secret'],
    ],
    ['of another type', 'HFIT_KEY_UNSUPPORTED', ['-t', 'ecdsa', '-N', '']],
    ['too short', 'HFIT_KEY_UNSUPPORTED', ['-t', 'rsa', '-b', '1024', '-N', '']],
  ])('%s gives %s', async (name, code, options) => {
    const path = sshKeygen(name.replace(/\W/g, '_'), ...options);
    await expect(readPrivateKey(path)).rejects.toMatchObject({ code, where: path });
  });

  test('its public half gives HFIT_KEY_PUBLIC', async () => {
    const path = sshKeygen('pair', '-t', 'ed25519', '-N', '');
    await expect(readPrivateKey(`${path}.pub`)).rejects.toMatchObject({ code: 'HFIT_KEY_PUBLIC' });
  });

  test('cut or changed anywhere gives a key error, or the same key', () => {
    const text = readFileSync(sshKeygen('broken', '-t', 'ed25519', '-N', ''), 'utf8');
    const publicKey = createPublicKey(parsePrivateKey(text));
    const body = text.split('\n').slice(1, -2).join('');
    const bytes = Buffer.from(body, 'base64');
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, change, cut) => {
          const broken = cut ? bytes.subarray(0, at) : Buffer.from(bytes);
          if (!cut) broken[at]! ^= change;
          const pem = `-----BEGIN OPENSSH PRIVATE KEY-----\n${broken.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
          try {
            assertPair(parsePrivateKey(pem), publicKey);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^HFIT_KEY_/) });
          }
        },
      ),
    );
  });
});

describe('a key that openssl or Node made', () => {
  const ed25519 = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test('PKCS#8 and PKCS#1', () => {
    for (const { privateKey, publicKey } of [ed25519, rsa]) {
      assertPair(
        parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
        publicKey,
      );
    }
    const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    assertPair(parsePrivateKey(pkcs1), rsa.publicKey);
  });

  test('with a passphrase', () => {
    const locked = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      const pem = rsa.privateKey.export({ type, ...locked }).toString();
      expect(() => parsePrivateKey(pem)).toThrow(
        expect.objectContaining({ code: 'HFIT_KEY_ENCRYPTED' }),
      );
    }
  });

  test('a public one', () => {
    const pem = ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => parsePrivateKey(pem)).toThrow(
      expect.objectContaining({ code: 'HFIT_KEY_PUBLIC' }),
    );
  });
});

test.each([
  ['nothing', ''],
  ['another file', 'hello\n'],
  ['a PEM with nonsense', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ['an OpenSSH key without its end', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'],
])('%s is no key', (_, text) => {
  expect(() => parsePrivateKey(text)).toThrow(expect.objectContaining({ code: 'HFIT_KEY_FORMAT' }));
});

test('a file that is not there gives HFIT_KEY_FILE', async () => {
  const path = join(tmpdir(), 'no-such-folder', 'key');
  await expect(readPrivateKey(path)).rejects.toMatchObject({ code: 'HFIT_KEY_FILE', where: path });
});
