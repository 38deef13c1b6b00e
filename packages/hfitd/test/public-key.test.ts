import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readPublicKey } from '../src/auth/public-key.js';
import { thrown } from './thrown.js';

// Made by ssh-keygen of OpenSSH 9.2, with the fingerprint that `ssh-keygen -lf` told.
const ed25519 =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoAKa4MRy4I2sBrTaZmxOQDuw0JkzYaKgYENL6Nzluz ann@example.com';
const ed25519Fingerprint = 'SHA256:xLwKQc1qBcKCT+zK+R5qopbXpZlet3lncqnbAas/p2Q';
const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC8UDr88jxCPfzsdy35nh9BdkJvxHKiF0pO3u5FmToyJ5eunmeW7yScBm71eEt97c1PRgZ5cVADAN7dZypY4EeRB0MFH9TJ7xvXJwniHQPSxZ3E+PbZ7lRe8aZeUKuhYT5FJUhsrp+GFsAUZ/WL0R5/NxgWlxtZQTWyHvNlcfksvR7CUJPnOt7KApvBZjGWCfc+IdeQHQVZVTCXFafPBp4o139HO/LYhAgDUZhcXNOt48nN3Eu8/RMkczg672O5NHB/H6K4cKaGzoq8mQ6yjXeFVFjjsXt05sVCtklW6/amHoxj/asmxwNO8+3aRKsFBVDVlFh3rutwXUY50VsyTbA7 ann@example.com';
const rsaFingerprint = 'SHA256:a21LPcB3u21j44029GKjIkg/hckI04Eyd3C1zA2+4ec';

describe('a key of ssh-keygen', () => {
  test.each([
    ['ed25519', ed25519, ed25519Fingerprint],
    ['rsa', rsa, rsaFingerprint],
  ] as const)('of type %s has the fingerprint that ssh-keygen shows', (type, line, fingerprint) => {
    const key = readPublicKey(line);
    expect(key.type).toBe(type);
    expect(key.fingerprint).toBe(fingerprint);
    expect(createPublicKey(key.pem).asymmetricKeyType).toBe(type);
    expect(readPublicKey(key.pem)).toEqual(key);
  });

  test('may stand among comments and blank lines', () => {
    expect(readPublicKey(`# ann\n\n${ed25519}\n`).fingerprint).toBe(ed25519Fingerprint);
  });
});

describe('a key in PEM', () => {
  test.each(['spki', 'pkcs1'] as const)('is read as %s', (type) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = readPublicKey(publicKey.export({ type, format: 'pem' }).toString());
    expect(key.pem).toBe(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  });
});

describe('refused is', () => {
  test('a private key, in PEM and of OpenSSH', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await thrown('HFIT_PUBLIC_KEY_PRIVATE', () => readPublicKey(pem));
    const openssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----';
    await thrown('HFIT_PUBLIC_KEY_PRIVATE', () => readPublicKey(openssh));
  });

  test.each([512, 1024, 2047])('an RSA key of %i bits', async (modulusLength) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await thrown('HFIT_PUBLIC_KEY_WEAK', () => readPublicKey(pem));
  });

  test.each(['AQ', 'Ag', 'BA'])('an RSA key with the exponent %s', async (e) => {
    const { n } = createPublicKey(readPublicKey(rsa).pem).export({ format: 'jwk' });
    const key = createPublicKey({ key: { kty: 'RSA', n: n as string, e }, format: 'jwk' });
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    await thrown('HFIT_PUBLIC_KEY_WEAK', () => readPublicKey(pem));
  });

  test.each([
    ['ec', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['x25519', () => generateKeyPairSync('x25519')],
    ['ed448', () => generateKeyPairSync('ed448')],
    ['rsa-pss', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
  ])('a key of type %s', async (type, make) => {
    const pem = make().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const error = await thrown('HFIT_PUBLIC_KEY_TYPE', () => readPublicKey(pem));
    expect(error.what).toContain(type);
  });

  test.each(['ecdsa-sha2-nistp256', 'sk-ssh-ed25519@openssh.com', 'ssh-dss'])(
    'an OpenSSH key of type %s',
    async (type) => {
      await thrown('HFIT_PUBLIC_KEY_TYPE', () => readPublicKey(`${type} AAAA me`));
    },
  );

  test.each([
    '',
    'ssh-ed25519',
    'ssh-ed25519 ****',
    `${ed25519.slice(0, 40)} cut short`,
    ed25519.replace('ssh-ed25519 ', 'ssh-rsa '),
    `${ed25519}\n${ed25519}`,
    `command="ls" ${ed25519}`,
    `ssh-ed25519 ${Buffer.concat([Buffer.from(ed25519.split(' ')[1] as string, 'base64'), Buffer.alloc(8)]).toString('base64')}`,
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ])('what is no key: %j', async (text) => {
    await thrown('HFIT_PUBLIC_KEY_INVALID', () => readPublicKey(text));
  });
});
