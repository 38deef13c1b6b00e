import { constants, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audienceOf, signerOf } from '../src/challenge.js';

const host = 'https://hfit.example.com';
const refused = expect.objectContaining({ code: 'HFIT_CHALLENGE_UNEXPECTED' });

function challengeFor(audience: string | Uint8Array): string {
  const nonce = randomBytes(32).toString('base64url');
  return `hfit1.${Buffer.from(audience).toString('base64url')}.${nonce}`;
}

describe('what is signed', () => {
  test('a challenge names whom it is for', () => {
    expect(audienceOf(host, challengeFor('https://hfit.example.com'))).toBe(host);
    expect(audienceOf(host, challengeFor('Ünser Haus'))).toBe('Ünser Haus');
  });

  test.each([
    ['nothing', undefined],
    ['an object', {}],
    ['an empty text', ''],
    ['another version', challengeFor('a').replace('hfit1', 'hfit2')],
    ['no audience', challengeFor('')],
    ['a short nonce', `hfit1.YQ.${randomBytes(16).toString('base64url')}`],
    ['something after it', `${challengeFor('a')}.x`],
    ['a line after it', `${challengeFor('a')}\n`],
    ['something before it', ` ${challengeFor('a')}`],
    ['an audience that is no text', challengeFor(new Uint8Array([0xff, 0xfe]))],
    ['an audience with a line break', challengeFor('a\nb')],
    ['a token to be signed', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbm4ifQ'],
    ['a commit to be signed', 'tree 1234\nauthor ann\n'],
  ])('%s is not', (_, challenge) => {
    expect(() => audienceOf(host, challenge)).toThrow(refused);
  });

  test('no other text is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => audienceOf(host, text)).toThrow(refused);
      }),
    );
  });

  test('the challenge of another server is not, once the own one is known', () => {
    expect(audienceOf(host, challengeFor('a'), 'a')).toBe('a');
    expect(() => audienceOf(host, challengeFor('b'), 'a')).toThrow(refused);
  });
});

describe('how it is signed', () => {
  const data = Buffer.from(challengeFor('a'));

  test('Ed25519', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signature = await signerOf(privateKey)(data);
    expect(verify(null, data, publicKey, signature)).toBe(true);
  });

  test('RSA with PKCS#1 v1.5 and SHA-512', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = await signerOf(privateKey)(data);
    const key = { key: publicKey, padding: constants.RSA_PKCS1_PADDING };
    expect(verify('sha512', data, key, signature)).toBe(true);
  });

  test.each([
    ['a short RSA key', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['an EC key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['a public key', generateKeyPairSync('ed25519').publicKey],
  ])('not with %s', (_, key) => {
    expect(() => signerOf(key)).toThrow(expect.objectContaining({ code: 'HFIT_KEY_UNSUPPORTED' }));
  });
});
