import { afterAll, expect, test } from 'vitest';
import { parsePolicy, registerMasker, sentChoice } from '../src/index.js';

const takeBack = registerMasker({
  ...{ name: 'local', about: '', kinds: 'any', options: {} },
  keeps: { unique: false, length: true, format: false, order: false, referential: true },
  bind: () => () => null,
});
afterAll(takeBack);

/** What a policy says of a column, as another thread is told it. */
function sent(mask: string) {
  const text = `{policyVersion: 1, databases: {d: {t: {c: ${mask}}}}}`;
  const decision = parsePolicy(text).decide('d', ['t'], { name: 'c' });
  if (decision.kind !== 'mask') throw new Error('it should be masked');
  return sentChoice(decision);
}

test('a choice goes to another thread as data, with what it decides inside of documents', () => {
  const choice = sent('{mask: json, paths: {"$.a": email, "$.b": keep, "$.c": {mask: phone}}}');
  expect(structuredClone(choice)).toMatchObject({
    masker: 'json',
    options: { paths: { '$.a': { kind: 'mask', masker: 'email' }, '$.b': { kind: 'keep' } } },
  });
});

test('a masker that is known here only is not sent, wherever it stands', () => {
  expect(sent('local')).toBeNull();
  expect(sent('{mask: json, paths: {"$.a": local}}')).toBeNull();
  expect(sent('email')).toEqual({ masker: 'email', options: {} });
});
