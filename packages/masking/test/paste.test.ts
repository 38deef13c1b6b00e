import { describe, expect, test } from 'vitest';
import { parsePolicy, writtenAs } from '../src/index.js';

const text = `# what may leave
policyVersion: 1
databases:
    shop:
        public.customers:
            id: keep
        small: { code: keep }
        braces: {}
        empty:
    bare:
    '*':
        everywhere:
            id: keep
`;

/** Does what a person does with the lines: pastes them where the comment says. */
function pasted(policy: string, proposal: string): string {
  const [comment = '', ...lines] = proposal.split('\n');
  const line = Number(/line (\d+)/.exec(comment)?.[1]);
  const all = policy.split('\n');
  if (comment.includes('closing brace')) {
    all[line - 1] = all[line - 1]!.replace(/ ?\}$/, `${lines.join('\n')} }`);
  } else {
    all.splice(line, 0, ...lines);
  }
  return all.join('\n');
}

test('it is the line, under the table that is there', () => {
  const policy = parsePolicy(text, 'shop.yaml');
  expect(policy.lineToAdd('shop', 'public.customers', 'email')).toBe(
    '# shop.yaml, line 5, in databases > shop > public.customers:\n' +
      '            email: deny  # or keep, or a masker',
  );
});

test('it brings what is missing around it', () => {
  const policy = parsePolicy(text, 'shop.yaml');
  expect(policy.lineToAdd('blog', 'posts', 'title')).toBe(
    '# shop.yaml, line 3, in databases:\n' +
      '    blog:\n      posts:\n        title: deny  # or keep, or a masker',
  );
});

describe('once pasted, the column is classified and nothing else has changed', () => {
  const odd = [
    'email',
    'null',
    'true',
    '2024',
    'a: b',
    '# c',
    "it's",
    '"',
    'näme',
    'a b',
    '-',
    '*',
  ];
  const places = [
    ['shop', 'public.customers'],
    ['shop', 'small'],
    ['shop', 'braces'],
    ['shop', 'empty'],
    ['shop', 'new.table'],
    ['bare', 'new'],
    ['new base', 'new'],
    ['blog', 'everywhere'],
  ] as const;

  test.each(places)('%s, %s', (database, table) => {
    for (const column of odd) {
      const before = parsePolicy(text, 'shop.yaml');
      const after = parsePolicy(pasted(text, before.lineToAdd(database, table, column)), 'after');
      expect(after.decide(database, [table], { name: column })).toEqual({
        kind: 'deny',
        explicit: true,
      });
      expect(after.decide('shop', ['public.customers'], { name: 'id' })).toEqual({ kind: 'keep' });
      expect(after.decide('shop', ['small'], { name: 'code' })).toEqual({ kind: 'keep' });
    }
  });

  test('also into a policy that holds nothing', () => {
    for (const nothing of ['policyVersion: 1\ndatabases:\n', 'databases: {}\npolicyVersion: 1\n']) {
      const policy = parsePolicy(nothing);
      const after = parsePolicy(pasted(nothing, policy.lineToAdd('shop', 't', 'c')));
      expect(after.decide('shop', ['t'], { name: 'c' })).toEqual({ kind: 'deny', explicit: true });
    }
  });
});

describe('how to let columns leave that are denied', () => {
  const denying = `policyVersion: 1
databases:
  shop:
    public.items:
      id: deny
      price: deny
  '*':
    items: { price: deny, tax: keep }
`;

  test('tells each line that denies one, and what is missing in one piece', () => {
    const columns = [
      { column: 'price', as: 'keep' },
      { column: 'line', as: 'keep' },
      { column: 'placed', as: 'dateShift' },
    ];
    const lines = parsePolicy(denying, 'p.yaml').linesToLeave(
      'shop',
      ['public.items', 'items'],
      columns,
    );
    expect(lines.split('\n')).toEqual([
      '# p.yaml:6:7, instead of deny:',
      'price: keep',
      '# p.yaml:8:14, instead of deny:',
      'price: keep',
      '# p.yaml, line 4, in databases > shop > public.items:',
      '      line: keep  # or keep, or another masker',
      '      placed: dateShift  # or keep, or another masker',
    ]);
  });

  test('brings a table with several columns once', () => {
    const columns = ['a', 'b'].map((column) => ({ column, as: 'keep' }));
    for (const before of [denying, 'policyVersion: 1\ndatabases: {}\n']) {
      const lines = parsePolicy(before).linesToLeave('shop', ['new'], columns);
      const after = parsePolicy(pasted(before, lines));
      for (const name of ['a', 'b']) {
        expect(after.decide('shop', ['new'], { name })).toEqual({ kind: 'keep' });
      }
    }
  });
});

test('tables that the database does not have are found, where they stand', () => {
  const policy = parsePolicy(text, 'shop.yaml');
  expect(policy.unknownTables('shop', ['customers', 'public.customers', 'small', 'empty'])).toEqual(
    [{ name: 'braces', where: 'shop.yaml:8:9' }],
  );
  expect(policy.unknownTables('nobody', [])).toEqual([]);
});

test.each([
  ['keep', 'keep'],
  ['email', 'email'],
  ['"null"', '"null"'],
  ['{ mask: dateShift, days: 9 }', '{ mask: dateShift, days: 9 }'],
  ['{ mask: constant, value: "a: b" }', '{ mask: constant, value: "a: b" }'],
])('a decision is written as a policy has it: %s', (line, written) => {
  const policy = (as: string) =>
    parsePolicy(`policyVersion: 1\ndatabases: { d: { t: { c: ${as} } } }`);
  const decision = policy(line).decide('d', ['t'], { name: 'c' });
  expect(writtenAs(decision)).toBe(written);
  expect(JSON.stringify(policy(written).decide('d', ['t'], { name: 'c' }))).toBe(
    JSON.stringify(decision),
  );
});
