import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masking } from './facts.js';

test('an address becomes one of a person that does not exist, at an example', () => {
  const mask = masking('email', { unique: true, maxLength: 60 });
  fc.assert(
    fc.property(fc.emailAddress(), (address) => {
      expect(mask(address)).toMatch(/^[a-z]+\.[a-z]+\.[a-z2-7]{12}@example\.(com|org|net)$/);
    }),
  );
});

test('in little room the name goes first, and what keeps values apart last', () => {
  const address = 'anna@example.org';
  expect(masking('email', { maxLength: 28 })(address)).toMatch(/^[a-z]{1,3}\.[a-z2-7]{12}@/);
  expect(masking('email', { maxLength: 24 })(address)).toMatch(/^[a-z2-7]{12}@/);
  expect(masking('email', { maxLength: 16 })(address)).toMatch(/^[a-z2-7]{4}@/);
});

test('a unique column and one that points to it get the same mask', () => {
  const address = 'anna@example.org';
  const facts = { maxLength: 40 };
  expect(masking('email', { ...facts, unique: true })(address)).toBe(
    masking('email', facts)(address),
  );
});

test('a local part has at most 64 characters', () => {
  const mask = masking('email');
  for (let i = 0; i < 500; i++) {
    expect((mask(`${i}@x.de`) as string).split('@')[0]!.length).toBeLessThanOrEqual(64);
  }
});

test.each([
  ['anna@firma.de', 'firma.de'],
  ['"a@b"@mail.firma.co.uk', 'mail.firma.co.uk'],
  ['анна@почта.рф', 'почта.рф'],
  ['anna@localhost', 'localhost'],
])('keepDomain keeps the domain of %s', (address, domain) => {
  const mask = masking('email', {}, { keepDomain: true });
  expect((mask(address) as string).split('@')[1]).toBe(domain);
});

test.each([
  'anna',
  'anna@',
  'anna@firma..de',
  'anna@firma.de, bernd@firma.de (privat)',
  'anna@Anna Schmidt',
  'anna@-firma.de',
  'anna@firma.de.',
  `anna@${'x'.repeat(300)}.de`,
])('keepDomain keeps nothing of %s, which has none', (text) => {
  expect(masking('email', {}, { keepDomain: true })(text)).toMatch(/@example\.(com|org|net)$/);
});

test('a domain that leaves no room is not kept', () => {
  const mask = masking('email', { maxLength: 24, unique: true }, { keepDomain: true });
  expect(mask('a@much-too-long.example.de')).toMatch(/^[a-z2-7]{12}@example\.(com|org|net)$/);
  expect(mask('a@firma.de')).toMatch(/^[a-z]*\.?[a-z2-7]{12}@firma\.de$/);
});
