import { expect, it } from 'vitest';
import { any, near } from '../src/index.js';
import { mergedRules } from '../src/options.js';

it('what is volatile in a table stays so where a call says more of the same table', () => {
  const [seen, at] = [any(), near({ seconds: 5 })];
  const common = { volatile: { users: { seen, at: any() }, token: any(), notes: { at } } };
  const own = { volatile: { users: { at }, token: at } };
  expect(mergedRules(common, own).volatile).toEqual({
    users: { seen, at },
    token: at,
    notes: { at },
  });
  // A column may be called so.
  const named = mergedRules({ volatile: { a: { rule: at } } }, { volatile: { a: { b: seen } } });
  expect(named.volatile).toEqual({ a: { rule: at, b: seen } });
});
