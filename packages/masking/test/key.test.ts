import { createHash, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  bindMasker,
  maskingKeyId,
  newMaskingKey,
  parseMaskingKey,
  projectMaskingKey,
} from '../src/index.js';
import { code, column } from './facts.js';

const bytes = randomBytes(32);

test.each([
  ['hex', bytes.toString('hex')],
  ['upper-case hex', bytes.toString('hex').toUpperCase()],
  ['base64', bytes.toString('base64')],
  ['base64 without its end', bytes.toString('base64').replace('=', '')],
  ['base64 for URLs', bytes.toString('base64url')],
  ['a line of a file', `${bytes.toString('hex')}\n`],
])('a key is read from %s', (_, text) => {
  expect(Buffer.from(parseMaskingKey(text))).toEqual(bytes);
});

test.each([
  ['nothing', ''],
  ['a word', 'secret'],
  ['63 digits', 'a'.repeat(63)],
  ['65 digits', 'a'.repeat(65)],
  ['a letter that is no digit', `g${'0'.repeat(63)}`],
  ['base64 of 31 bytes', randomBytes(31).toString('base64')],
  ['base64 of 33 bytes', randomBytes(33).toString('base64')],
  ['two alphabets at once', `+_${'A'.repeat(41)}=`],
  ['a text in the middle', `${'0'.repeat(32)} ${'0'.repeat(32)}`],
])('%s is no key, and the error does not quote it', (_, text) => {
  let error: unknown;
  try {
    parseMaskingKey(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toEqual(code('HFIT_MASKING_KEY_INVALID'));
  if (text.length > 4) expect((error as Error).message).not.toContain(text);
});

test('of several keys the first is in use, and each has an id', () => {
  const [first, second] = [newMaskingKey(), newMaskingKey()];
  const text = `# since autumn\n${first}\n\n  ${second}\n`;
  expect(parseMaskingKey(text)).toEqual(parseMaskingKey(first));
  const id = maskingKeyId(parseMaskingKey(second));
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(second).not.toContain(id);
  expect(parseMaskingKey(text, id)).toEqual(parseMaskingKey(second));
  expect(() => parseMaskingKey(first, id)).toThrow(code('HFIT_MASKING_KEY_UNKNOWN'));
  expect(() => parseMaskingKey(first, id)).not.toThrow(first);
  expect(() => parseMaskingKey(`${first}\nsecret\n`)).toThrow(code('HFIT_MASKING_KEY_INVALID'));
});

describe('the key of a project', () => {
  const key = parseMaskingKey('0b'.repeat(32));

  test('is the same for ever, so that masks of years ago still join', () => {
    // By hand, from the two steps of RFC 5869: extract, then one round of expand.
    const hmac = (secret: Uint8Array, ...parts: (string | Uint8Array)[]) =>
      parts.reduce((it, part) => it.update(part), createHmac('sha256', secret)).digest();
    const name = createHash('sha256').update('Café').digest();
    const extracted = hmac(new Uint8Array(32), key);
    const expanded = hmac(extracted, 'hfit masking key of a project\0', name, Buffer.from([1]));
    expect(Buffer.from(projectMaskingKey(key, 'Café'))).toEqual(expanded);
    expect(Buffer.from(projectMaskingKey(key, 'Cafe\u0301'))).toEqual(expanded);
  });

  test('is of the project and of the key alone', () => {
    const names = ['shop', 'Shop', 'shop ', '', 'x'.repeat(5000)];
    const ids = names.map((name) => maskingKeyId(projectMaskingKey(key, name)));
    expect(new Set([...ids, maskingKeyId(key)]).size).toBe(names.length + 1);
    const other = parseMaskingKey('0c'.repeat(32));
    expect(projectMaskingKey(other, 'shop')).not.toEqual(projectMaskingKey(key, 'shop'));
    expect(() => projectMaskingKey(key.slice(1), 'shop')).toThrow(code('HFIT_MASKING_KEY_INVALID'));
  });

  test('is found by its id, also when it was replaced', () => {
    const old = newMaskingKey();
    const text = `${newMaskingKey()}\n${old}\n`;
    const id = maskingKeyId(projectMaskingKey(parseMaskingKey(old), 'shop'));
    expect(parseMaskingKey(text, id, 'shop')).toEqual(parseMaskingKey(old));
    for (const project of [undefined, 'other']) {
      expect(() => parseMaskingKey(text, id, project)).toThrow(code('HFIT_MASKING_KEY_UNKNOWN'));
    }
  });
});

test('new keys are read back, and no two are alike', () => {
  const keys = Array.from({ length: 100 }, newMaskingKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(parseMaskingKey(key)).toHaveLength(32);
});

test('a key of another length binds nothing', () => {
  const choice = { masker: 'hash', options: {} };
  expect(() => bindMasker(choice, column(), new Uint8Array(31))).toThrow(
    code('HFIT_MASKING_KEY_INVALID'),
  );
});
