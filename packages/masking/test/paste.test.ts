import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../src/index.js';

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
