import { HfitError } from '@hot-fixture/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../src/index.js';

/** A policy whose one column, in line 5 from column 7 on, is as given. */
const withColumn = (column: string) => `policyVersion: 1
databases:
  shop:
    customers:
      ${column}
`;

const failure = (text: string) => {
  try {
    parsePolicy(text, 'shop.yaml');
  } catch (error) {
    if (error instanceof HfitError) return error;
    throw error;
  }
  throw new Error('the policy was read');
};

describe('a line that cannot be meant is refused where it stands', () => {
  test.each([
    ['email: emial', 'HFIT_POLICY_MASKER', '5:14', /emial.*\n.*\n.*keep, deny.*email/],
    ['email: __proto__', 'HFIT_POLICY_MASKER', '5:14', /__proto__/],
    ['email: Keep', 'HFIT_POLICY_MASKER', '5:14', /Keep/],
    ['email: 7', 'HFIT_POLICY_MASKER', '5:14', /"7"/],
    ['email: ~', 'HFIT_POLICY_MASKER', '5:14', /"~"/],
    ['email:', 'HFIT_POLICY_INVALID', '5:', /column email/],
    ['email: [keep]', 'HFIT_POLICY_INVALID', '5:14', /column email/],
    ['email: {}', 'HFIT_POLICY_INVALID', '5:14', /has no masker/],
    ['email: { days: 3 }', 'HFIT_POLICY_INVALID', '5:14', /has no masker/],
    ['email: { mask: [hash] }', 'HFIT_POLICY_INVALID', '5:14', /has no masker/],
    ['email: { mask: }', 'HFIT_POLICY_INVALID', '5:14', /has no masker/],
    ['email: { mask: keep }', 'HFIT_POLICY_MASKER', '5:22', /"keep"/],
    ['email: { mask: hash, salt: 1 }', 'HFIT_POLICY_OPTION', '5:28', /salt.*\n.*\n.*none/],
    ['email: { mask: email, constructor: 1 }', 'HFIT_POLICY_OPTION', '5:29', /keepDomain/],
    ['email: { mask: email, __proto__: 1 }', 'HFIT_POLICY_INVALID', '5:29', /__proto__/],
    ['born: { mask: dateShift, days: 0 }', 'HFIT_POLICY_OPTION_VALUE', '5:38', /1 to 36500/],
    ['born: { mask: dateShift, days: 36501 }', 'HFIT_POLICY_OPTION_VALUE', '5:38', /36500/],
    ['born: { mask: dateShift, days: 1.5 }', 'HFIT_POLICY_OPTION_VALUE', '5:38', /whole/],
    ['born: { mask: dateShift, days: "30" }', 'HFIT_POLICY_OPTION_VALUE', '5:38', /whole/],
    ['born: { mask: dateShift, days: }', 'HFIT_POLICY_OPTION_VALUE', '5:', /whole/],
    ['born: { mask: dateShift, days: [1] }', 'HFIT_POLICY_OPTION_VALUE', '5:38', /whole/],
    ['email: { mask: email, keepDomain: yes }', 'HFIT_POLICY_OPTION_VALUE', '5:41', /true or/],
    ['name: { mask: personName, part: first }', 'HFIT_POLICY_OPTION_VALUE', '5:39', /given/],
    ['name: { mask: personName, locale: xx }', 'HFIT_POLICY_OPTION_VALUE', '5:41', /en, de/],
    ['country: constant', 'HFIT_POLICY_OPTION_MISSING', '5:16', /value/],
    ['country: { mask: constant }', 'HFIT_POLICY_OPTION_MISSING', '5:16', /value/],
    ['country: { mask: constant, value: }', 'HFIT_POLICY_OPTION_VALUE', '5:', /masker null/],
    ['country: { mask: constant, value: null }', 'HFIT_POLICY_OPTION_VALUE', '5:41', /null/],
    ['country: { mask: constant, value: {} }', 'HFIT_POLICY_OPTION_VALUE', '5:41', /text/],
    ['id: keep\n      id: deny', 'HFIT_POLICY_INVALID', '6:7', /unique/],
    ['1: keep\n      "1": deny', 'HFIT_POLICY_INVALID', '6:', /twice/],
    ['__proto__: keep', 'HFIT_POLICY_INVALID', '5:', /__proto__/],
    ['"": keep', 'HFIT_POLICY_INVALID', '5:', /name/],
    ['[a]: keep', 'HFIT_POLICY_INVALID', '5:7', /name/],
    ['a: &x keep\n      b: *x', 'HFIT_POLICY_INVALID', '6:10', /alias/],
    ['<<: *x', 'HFIT_POLICY_INVALID', '5:11', /alias/],
    ['a: !secret keep', 'HFIT_POLICY_INVALID', '5:10', /tag/],
    ['a: "keep', 'HFIT_POLICY_INVALID', '6:', /quote/],
    ['a: keep: deny', 'HFIT_POLICY_INVALID', '5:', /./],
    ['keep', 'HFIT_POLICY_INVALID', '5:7', /mapping/],
    ['- id: keep', 'HFIT_POLICY_INVALID', '5:7', /mapping/],
  ] as const)('%s', (column, code, place, message) => {
    const error = failure(withColumn(column));
    expect(error.code).toBe(code);
    expect(error.where?.startsWith(`shop.yaml:${place}`)).toBe(true);
    expect(error.message).toMatch(message);
  });
});

describe('a text that is no policy is refused', () => {
  test.each([
    ['', '1:1', /nothing/],
    ['   # only a comment', '1:', /nothing/],
    ['keep', '1:1', /mapping/],
    ['[]', '1:1', /mapping/],
    ['databases: {}', '1:1', /"policyVersion" is missing/],
    ['policyVersion: 1', '1:1', /"databases" is missing/],
    ['policyVersion: 2\ndatabases: {}', '1:16', /must be 1, and is 2/],
    ['policyVersion: "1"\ndatabases: {}', '1:16', /must be 1/],
    ['policyVersion: 1.0\ndatabases: {}', '1:16', /must be 1/],
    ['policyVersion: [1]\ndatabases: {}', '1:16', /must be 1/],
    ['policyVersion:\ndatabases: {}', '1:', /must be 1/],
    ['policyVersion: 1\ndatabases: {}\nmasks: {}', '3:1', /masks.*databases/],
    ['policyVersion: 1\ndatabases: {}\n__proto__: {}', '3:1', /__proto__/],
    ['policyVersion: 1\ndatabases: []', '2:12', /mapping/],
    ['policyVersion: 1\ndatabases: { shop: keep }', '2:20', /mapping/],
    ['policyVersion: 1\ndatabases: { shop: { customers: keep } }', '2:33', /mapping/],
    ['policyVersion: 1\ndatabases: {}\ndatabases: {}', '3:1', /unique/],
    ['policyVersion: 1\ndatabases: {}\n---\npolicyVersion: 1', '3:', /document/],
    ['policyVersion: 1\n\tdatabases: {}', '2:', /tab/i],
    ['policyVersion: 1\ndatabases: {}\nvolumes: keep', '3:10', /mapping/],
    ['policyVersion: 1\ndatabases: {}\nvolumes: { a: { "*": hash } }', '3:', /replace or deny/],
    ['\0', '1:', /./],
  ] as const)('%j', (text, place, message) => {
    const error = failure(text);
    expect(error.code).toBe('HFIT_POLICY_INVALID');
    expect(error.where?.startsWith(`shop.yaml:${place}`)).toBe(true);
    expect(error.message).toMatch(message);
  });

  test('a bomb of aliases goes off at once', () => {
    const bomb = Array.from({ length: 40 }, (_, i) => `  k${i}: &k${i} { ${'a: *k, '.repeat(9)} }`);
    expect(failure(`policyVersion: 1\ndatabases:\n${bomb.join('\n')}`).code).toBe(
      'HFIT_POLICY_INVALID',
    );
  });

  test.each(['[', '{a: ', '- '])('a pile of %j fells nothing', (step) => {
    expect(failure(step.repeat(6_000)).message).toMatch(/too deep/);
  });
});

test('whatever is written, it is a policy or an error that names the place', () => {
  const piece = fc.constantFrom(
    ...['policyVersion: 1\n', 'databases:', '\n  shop:', '\n    t:', '\n      c: keep', ' hash'],
    ...[
      '{',
      '}',
      '[',
      ']',
      ': ',
      ', ',
      '- ',
      '"',
      "'",
      '&a ',
      '*a',
      '!x ',
      '|',
      '>',
      '#',
      '?',
      '<<',
    ],
    ...['\n', ' ', '\t', '\0', '%YAML 1.1\n---\n', '---\n', '...\n', '\ufeff', '\ud800'],
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }),
      (all) => {
        try {
          parsePolicy(all.join(''), 'shop.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(HfitError);
          expect((error as HfitError).code).toMatch(/^HFIT_POLICY_/);
          expect((error as HfitError).where).toMatch(/^shop\.yaml:\d+:\d+$/);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
