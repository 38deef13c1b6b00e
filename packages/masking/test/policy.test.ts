import { describe, expect, test } from 'vitest';
import { fitsColumn, Policy, parsePolicy } from '../src/index.js';
import { code } from './facts.js';

const policy = parsePolicy(
  `
policyVersion: 1
databases:
  shop:                       # the name of the source
    public.customers:
      id: keep
      email: email
      born: { mask: dateShift, days: 7 }
      country: { mask: constant, value: "XX" }
      fax: null
      Notes: deny
      ref: keep
      REF: hash
      "null": keep
      2024: keep
    customers:
      email: keep
      phone: phone
  "*":
    public.customers:
      id: deny
      email: keep
      phone: keep
      city: { mask: address, part: city, locale: de }
    audit: {}
    log:
`,
  'shop.yaml',
);
const names = ['public.customers', 'customers', 'shop.customers'];
const decide = (name: string, database = 'shop', tables = names) =>
  policy.decide(database, tables, { name });

describe('a column is', () => {
  test('kept, masked or denied, as the policy says', () => {
    expect(decide('ref')).toEqual({ kind: 'keep' });
    expect(decide('Notes')).toEqual({ kind: 'deny', explicit: true });
    expect(decide('born')).toMatchObject({
      kind: 'mask',
      masker: 'dateShift',
      options: { days: 7 },
    });
    expect(decide('fax')).toMatchObject({ kind: 'mask', masker: 'null', options: {} });
    expect(decide('country')).toMatchObject({ options: { value: 'XX' } });
  });

  test('denied when nothing classifies it', () => {
    const nothing = { kind: 'deny', explicit: false };
    expect(decide('password')).toEqual(nothing);
    expect(decide('id', 'shop', ['orders'])).toEqual(nothing);
    expect(decide('id', 'shop', [])).toEqual(nothing);
    expect(decide('id', 'shop', ['audit', 'log'])).toEqual(nothing);
    expect(decide('born', 'blog')).toEqual(nothing);
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      expect(decide(name)).toEqual(nothing);
      expect(decide('id', name)).toEqual({ kind: 'deny', explicit: true });
      expect(decide('id', 'shop', [name])).toEqual(nothing);
    }
  });

  test('decided by the strictest of the lines that mean it', () => {
    expect(decide('id')).toEqual({ kind: 'deny', explicit: true });
    expect(decide('email')).toMatchObject({ kind: 'mask', masker: 'email' });
    expect(decide('phone')).toMatchObject({ kind: 'mask', masker: 'phone' });
    expect(decide('phone', 'blog')).toEqual({ kind: 'keep' });
    expect(decide('city')).toMatchObject({ options: { part: 'city', locale: 'de' } });
  });

  test('found in its own spelling, else by the only name in another case', () => {
    expect(decide('NOTES')).toEqual({ kind: 'deny', explicit: true });
    expect(decide('Born').kind).toBe('mask');
    expect(decide('REF').kind).toBe('mask');
    expect(decide('Ref')).toEqual({ kind: 'deny', explicit: false });
  });

  test('found by what is written, not by what YAML makes of it', () => {
    expect(decide('null')).toEqual({ kind: 'keep' });
    expect(decide('2024')).toEqual({ kind: 'keep' });
  });
});

test('a table is found in its own case only, for two tables may differ in that alone', () => {
  expect(decide('born', 'shop', ['Public.Customers'])).toEqual({ kind: 'deny', explicit: false });
  expect(decide('born', 'SHOP')).toEqual({ kind: 'deny', explicit: false });
});

test('a decision describes itself', () => {
  const described = ['email', 'born', 'city'].map((name) => {
    const decision = decide(name);
    return decision.kind === 'mask' ? decision.describe() : decision.kind;
  });
  expect(described).toEqual(['email', 'dateShift (days: 7)', 'address (part: city, locale: de)']);
});

test('a constant is what is written', () => {
  const constant = (value: string) => {
    const text = `{policyVersion: 1, databases: {d: {t: {c: {mask: constant, value: ${value}}}}}}`;
    const decision = parsePolicy(text).decide('d', ['t'], { name: 'c' });
    return decision.kind === 'mask' ? decision.options.value : undefined;
  };
  const written = ['0123', '1.50', 'true', '"null"', '2000-01-01', '0x1F', '9007199254740993'];
  expect(written.map(constant)).toEqual(written.map((text) => text.replaceAll('"', '')));
  expect(constant('""')).toBe('');
});

describe('the columns that the policy names', () => {
  const all = ['id', 'email', 'born', 'country', 'fax', 'Notes', 'ref', 'REF', 'null', '2024'];

  test('are told each once', () => {
    expect(policy.columnsOf('shop', names)).toEqual([...all, 'phone', 'city']);
    expect(policy.columnsOf('blog', ['public.customers'])).toEqual([
      'id',
      'email',
      'phone',
      'city',
    ]);
    expect(policy.columnsOf('shop', ['orders'])).toEqual([]);
  });

  test('have to be there', () => {
    const there = [...all, 'phone', 'city', 'password'];
    expect(() => policy.checkColumns('shop', names, there)).not.toThrow();
    const lower = there.map((name) => (name === 'Notes' ? 'notes' : name));
    expect(() => policy.checkColumns('shop', names, lower)).not.toThrow();
    const without = there.filter((name) => name !== 'city');
    expect(() => policy.checkColumns('shop', names, without)).toThrow(
      expect.objectContaining({ code: 'HFIT_POLICY_COLUMN', where: 'shop.yaml:24:7' }),
    );
    expect(() => policy.checkColumns('shop', ['orders'], [])).not.toThrow();
  });

  test('do not mean two columns that differ in case', () => {
    const two = [...all, 'phone', 'city', 'Born'];
    expect(() => policy.checkColumns('shop', names, two)).toThrow(
      expect.objectContaining({ code: 'HFIT_POLICY_COLUMN_CASE', where: 'shop.yaml:8:7' }),
    );
  });
});

test('a column of YAML that is a prototype in JavaScript is refused', () => {
  expect(() => parsePolicy('{policyVersion: 1, databases: {d: {t: {__proto__: keep}}}}')).toThrow(
    code('HFIT_POLICY_INVALID'),
  );
});

describe('a file of a volume', () => {
  const files = parsePolicy(`
policyVersion: 1
databases: {}
volumes:
  invoices:
    "2026/*.pdf": keep
    "**/draft-*": deny
    "a.b/?": keep
  "*":
    "**/*.txt": keep
`);

  test.each([
    ['invoices', '2026/1.pdf', 'keep'],
    ['invoices', '2026/draft-1.pdf', 'deny'],
    ['invoices', '2026/05/1.pdf', 'deny'],
    ['invoices', '2025/1.pdf', 'deny'],
    ['invoices', 'x2026/1.pdf', 'deny'],
    ['invoices', '2026/1.pdf.exe', 'deny'],
    ['invoices', 'a.b/c', 'keep'],
    ['invoices', 'axb/c', 'deny'],
    ['invoices', 'a.b//', 'deny'],
    ['invoices', 'x/y.txt', 'keep'],
    ['invoices', 'draft-1.txt', 'deny'],
    ['invoices', 'z.txt', 'keep'],
    ['invoices', 'redraft-1.txt', 'keep'],
    ['other', 'x/y.txt', 'keep'],
    ['other', '2026/1.pdf', 'deny'],
  ] as const)('%s: %s: %s', (volume, path, decision) => {
    expect(files.decideFile(volume, path)).toBe(decision);
  });

  test.each([
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/x', 'b']],
    ['a**/b', ['a/b', 'ax/y/b'], ['a', 'b', 'axb']],
    ['**', ['a', 'a/b', ''], []],
    ['*/**', ['a/', 'a/b/c'], ['a']],
    ['?*?', ['ab', '😀😀'], ['a', 'a/b', '😀']],
    ['[a].*\\', ['[a].x\\'], ['a.x\\', '[a]xx\\']],
  ])('fits %s where that says so', (pattern, fitting, others) => {
    const rules = parsePolicy(
      JSON.stringify({ policyVersion: 1, databases: {}, volumes: { v: { [pattern]: 'keep' } } }),
    );
    for (const path of fitting) expect(rules.decideFile('v', path)).toBe('keep');
    for (const path of others) expect(rules.decideFile('v', path)).toBe('deny');
  });

  // Tried one way after the other, this would take longer than anybody lives.
  test('is looked at at once, whatever the pattern', () => {
    const hostile = `${'**/*a*a*/'.repeat(12)}b`;
    const rules = parsePolicy(
      `{policyVersion: 1, databases: {}, volumes: {v: {"${hostile}": keep}}}`,
    );
    expect(rules.decideFile('v', 'aaa/'.repeat(150))).toBe('deny');
    expect(rules.decideFile('v', `${'aaa/'.repeat(150)}b`)).toBe('keep');
  });
});

test('a stricter policy denies more, and never less', () => {
  const decide = (it: typeof policy, name: string, type = 'text') =>
    it.decide('shop', ['public.customers'], { name, type });
  const asked: object[] = [];
  const stricter = policy.stricter((it) => {
    asked.push(it);
    return it.column.name === 'id' || fitsColumn('PHO*', it.column);
  });
  const all = Policy.together([stricter, policy]).stricter(
    ({ decision }) => decision.kind === 'mask',
  );
  for (const it of [stricter, all]) {
    expect(decide(it, 'phone')).toEqual({ kind: 'deny', explicit: true });
    expect(decide(it, 'nothing').kind).toBe('deny');
  }
  expect(decide(stricter, 'born').kind).toBe('mask');
  expect(decide(all, 'born')).toEqual({ kind: 'deny', explicit: true });
  expect(asked).toContainEqual(
    expect.objectContaining({ database: 'shop', tableNames: ['public.customers'] }),
  );
  expect(fitsColumn('email', { name: 'EMAIL' })).toBe(true);
  expect(fitsColumn('type:json*', { name: 'x', type: 'jsonb' })).toBe(true);
  expect(fitsColumn('mail', { name: 'email' })).toBe(false);
});
