import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsColumn, Policy, parsePolicy } from '../src/index.js';
import { bareType } from '../src/policy/types.js';
import { code } from './facts.js';

const own = parsePolicy(
  `
policyVersion: 1
databases:
  shop:
    customers:
      id: keep
      work_email: { mask: email, keepDomain: true }
      home_email: keep
      note_email: deny
      "*_email": email
      "type:jsonb": deny
      "type:varchar": hash
      "kind:date": dateShift
      extra: keep
      name: personName
    "audit_*":
      who: hash
      "?_on": keep
  "shop_*":
    "*":
      "*_at": keep
`,
  'own.yaml',
);
const house = parsePolicy(
  `
policyVersion: 1
databases:
  "*":
    "*":
      "*secret*": deny
      "*name*": hash
      "kind:binary": deny
    customers:
      id: keep
`,
  'house.yaml',
);

const ask =
  (policy: Policy) =>
  (name: string, type = 'text', kind = 'text', table = 'customers', database = 'shop') => {
    const it = policy.decide(database, [`public.${table}`, table], { name, type, kind });
    return it.kind === 'mask' ? it.describe() : it.kind;
  };
const decide = ask(own);

describe('a line fits', () => {
  test('columns whose names fit its pattern, in whatever case', () => {
    expect(decide('other_email')).toBe('email');
    expect(decide('Other_EMAIL')).toBe('email');
    expect(decide('other_email_2')).toBe('deny');
    expect(decide('a_on', 'text', 'text', 'audit_log')).toBe('keep');
    expect(decide('ab_on', 'text', 'text', 'audit_log')).toBe('deny');
  });

  test('columns of its type or kind', () => {
    expect(decide('x', 'character varying(40)')).toBe('hash');
    expect(decide('x', 'varchar(9)')).toBe('hash');
    expect(decide('x', 'date', 'date')).toBe('dateShift');
    expect(decide('x', 'text')).toBe('deny');
    expect(own.decide('shop', ['customers'], { name: 'x' })).toMatchObject({ explicit: false });
  });

  test('tables and databases whose names fit', () => {
    expect(decide('who', 'text', 'text', 'audit_log')).toBe('hash');
    expect(decide('who', 'text', 'text', 'Audit_log')).toBe('deny');
    expect(decide('made_at', 'text', 'text', 'orders', 'shop_eu')).toBe('keep');
    expect(decide('made_at', 'text', 'text', 'orders', 'workshop_eu')).toBe('deny');
  });
});

describe('where several fit', () => {
  test('the strictest wins, however far it is', () => {
    expect(decide('note_email')).toBe('deny');
    expect(decide('home_email')).toBe('email');
    expect(decide('extra', 'jsonb', 'json')).toBe('deny');
    expect(decide('extra', 'varchar(9)')).toBe('hash');
    expect(decide('extra')).toBe('keep');
  });

  test('of maskers, that of the closest line: name, pattern, type, kind', () => {
    expect(decide('work_email')).toBe('email (keepDomain: true)');
    expect(decide('other_email', 'varchar(9)')).toBe('email');
    expect(decide('day', 'varchar(9)', 'date')).toBe('hash');
  });

  test('of files, too', () => {
    for (const both of [Policy.together([own, house]), Policy.together([house, own])]) {
      const decide = ask(both);
      expect(decide('id')).toBe('keep');
      expect(decide('id_secret')).toBe('deny');
      expect(decide('secret_email')).toBe('deny');
      expect(decide('name')).toBe('personName');
      expect(decide('nickname')).toBe('hash');
      expect(decide('extra', 'bytea', 'binary')).toBe('deny');
      expect(decide('unknown')).toBe('deny');
      expect(decide('id', 'int', 'integer', 'customers', 'blog')).toBe('keep');
    }
  });
});

test('the place is told of the line that decides', () => {
  const both = Policy.together([own, house]);
  const place = (name: string) => both.placeOf('shop', ['customers'], { name });
  expect(place('id')).toBe('own.yaml:6:7');
  expect(place('home_email')).toBe('own.yaml:10:7');
  expect(place('secret_email')).toBe('house.yaml:6:7');
  expect(place('unknown')).toBeNull();
});

describe('a pattern', () => {
  test('need not fit anything, a name has to be there', () => {
    const columns = ['id', 'work_email', 'home_email', 'note_email', 'extra'];
    const check = (all: string[]) => own.checkColumns('shop', ['customers'], all);
    expect(() => check([...columns, 'name'])).not.toThrow();
    expect(() => check(columns)).toThrow(code('HFIT_POLICY_COLUMN'));
    expect(own.columnsOf('shop', ['customers'])).toEqual([...columns, 'name']);
    expect(own.unknownTables('shop', ['customers'])).toEqual([]);
  });

  test.each(['*', '**', '*?', 'type:*', 'kind:*'])('%s keeps nothing', (pattern) => {
    const text = (word: string) =>
      `policyVersion: 1\ndatabases: { d: { t: { "${pattern}": ${word} } } }`;
    expect(() => parsePolicy(text('keep'))).toThrow(code('HFIT_POLICY_INVALID'));
    expect(() => parsePolicy(text('keep'))).toThrow(/every column/);
    for (const word of ['deny', '"null"']) expect(() => parsePolicy(text(word))).not.toThrow();
  });

  test('that denies a column is told, where the column has to leave', () => {
    const lines = Policy.together([own, house]).linesToLeave(
      'shop',
      ['customers'],
      [
        { column: 'top_secret', as: 'hash' },
        { column: 'note_email', as: 'email' },
      ],
    );
    expect(lines).toBe(
      [
        '# house.yaml:6:7, "*secret*": deny fits it, and wins: write it so that it does not fit top_secret',
        '# own.yaml:9:7, instead of deny:',
        'note_email: email',
        '# own.yaml, line 5, in databases > shop > customers:',
        '      top_secret: hash  # or keep, or another masker',
      ].join('\n'),
    );
  });

  test('of a hostile form is answered at once', () => {
    const stars = `${'*a'.repeat(60)}b`;
    const policy = parsePolicy(`policyVersion: 1\ndatabases: { d: { t: { "${stars}": deny } } }`);
    expect(policy.decide('d', ['t'], { name: 'a'.repeat(200) })).toMatchObject({ explicit: false });
  });

  test('fits what it fits letter by letter', () => {
    const fits = ([head, ...tail]: string, name: string): boolean => {
      if (head === undefined) return name === '';
      const rest = tail.join('');
      if (head === '*') return [...name, ''].some((_, i) => fits(rest, name.slice(i)));
      return (head === '?' || head === name[0]) && name !== '' && fits(rest, name.slice(1));
    };
    const text = (letters: string) =>
      fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(text('ab*?1'), text('ab1'), (pattern, name) => {
        const written = `policyVersion: 1\ndatabases: { d: { t: { "${pattern}": deny } } }`;
        const decision = parsePolicy(written).decide('d', ['t'], { name });
        expect(decision).toMatchObject({ explicit: fits(pattern, name) });
      }),
    );
  });
});

test('a name that looks like a pattern is written with a backslash', () => {
  const text = `policyVersion: 1
databases: { d: { "a\\\\*": { "\\\\*": keep, "what\\\\?": hash, "\\\\type:x": keep } } }`;
  const policy = parsePolicy(text);
  const decide = (name: string) => policy.decide('d', ['a*'], { name, type: 'x' }).kind;
  expect(['*', 'what?', 'type:x', 'whats', 'id'].map(decide)).toEqual([
    ...['keep', 'mask', 'keep'],
    ...['deny', 'deny'],
  ]);
  expect(policy.decide('d', ['ab'], { name: '*' }).kind).toBe('deny');
  expect(policy.columnsOf('d', ['a*'])).toEqual(['*', 'what?', 'type:x']);
});

test.each([
  ['character varying(40)', 'varchar'],
  ['int(11) unsigned', 'INT UNSIGNED'],
  ['timestamp(6) with time zone', 'timestamptz'],
  ['timestamp without time zone', 'timestamp'],
  ['text[]', 'TEXT[]'],
  ['integer[]', 'int4[]'],
  ["enum('a (b)','c')", 'enum'],
  ['numeric(9,2)', 'decimal'],
  ['double precision', 'float8'],
  ['DATETIME', 'datetime'],
])('%s is %s', (type, written) => {
  expect(bareType(type)).toBe(bareType(written));
});

describe('a line about a type or a kind', () => {
  const policy = parsePolicy(`policyVersion: 1
databases: { d: { t: {
  "type:text": deny, "kind:binary": deny, "*": "null" } } }`);
  const parts = (type: string, kind = type) => ({ madeOf: [{ type, kind }] });
  const decide = (kind: string, made: ReturnType<typeof parts>) =>
    policy.decide('d', ['t'], { name: 'c', type: 'public.own', kind, ...made }).kind;

  test('is about what is made of it: domains, arrays, composites', () => {
    expect(decide('text', parts('text'))).toBe('deny');
    expect(decide('array', parts('text'))).toBe('deny');
    expect(decide('array', parts('bytea', 'binary'))).toBe('deny');
    expect(decide('array', parts('uuid'))).toBe('mask');
    const own = parsePolicy(
      'policyVersion: 1\ndatabases: { d: { t: { c: keep, "type:date": "null" } } }',
    );
    const column = { name: 'c', type: 'date[]', kind: 'array', ...parts('date') };
    expect(own.decide('d', ['t'], column).kind).toBe('mask');
    expect(fitsColumn('type:date', column)).toBe(true);
  });

  test('keeps nothing of what is made of it', () => {
    const kept = parsePolicy('policyVersion: 1\ndatabases: { d: { t: { "kind:integer": keep } } }');
    const ask = (kind: string) =>
      kept.decide('d', ['t'], { name: 'c', type: 'x', kind, ...parts('integer') }).kind;
    expect([ask('integer'), ask('array'), ask('other')]).toEqual(['keep', 'deny', 'deny']);
  });
});
