import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicy, writePolicy } from '../src/index.js';

test('a policy is written as people write one', () => {
  const lines = [
    { column: 'id', as: 'keep', comment: 'a key' },
    { column: 'e mail', as: 'email', comment: 'one\nline' },
    { column: 'no', as: '"null"', comment: '' },
  ];
  expect(writePolicy(['Proposed.'], 'shop', [{ name: 'public.users', lines }])).toBe(`# Proposed.
policyVersion: 1
databases:
  shop:
    public.users:
      id: keep # a key
      "e mail": email # one line
      "no": "null" # 
`);
  expect(() => parsePolicy(writePolicy([], 'shop', []))).not.toThrow();
});

test('whatever a column is called, its line is about it and nothing else', () => {
  const name = fc
    .oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      fc.constantFrom('null', '*', 'a?', 'type:json', '#', '- x', '~', '1'),
    )
    .filter((it) => it.isWellFormed() && it !== '__proto__');
  const property = fc.property(
    fc.uniqueArray(name, { minLength: 2, maxLength: 4, selector: (it) => it.toLowerCase() }),
    ([column, other, table = 't']) => {
      const lines = [{ column: column!, as: 'email', comment: `${other} of ${table}` }];
      const policy = parsePolicy(writePolicy([column!], 'shop', [{ name: table, lines }]));
      expect(policy.decide('shop', [table], { name: column! }).kind).toBe('mask');
      expect(policy.decide('shop', [table], { name: other! })).toEqual({
        kind: 'deny',
        explicit: false,
      });
    },
  );
  fc.assert(property, { numRuns: Number(process.env.HFIT_RUNS ?? 30) });
});
