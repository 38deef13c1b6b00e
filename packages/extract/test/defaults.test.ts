import type { Column } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tells } from '../src/defaults.js';
import { dialects, type Fresh } from './dialects.js';
import { type OddTable, oddTables } from './odd-definitions.js';
import { subsetOf, template, textOf, withExtraction } from './shop.js';

describe.each(dialects.filter(({ skip }) => !skip))('definitions of $name', ({ name, open }) => {
  let source: Fresh;
  let target: Fresh;
  const odd = oddTables[name] as OddTable;
  beforeAll(async () => {
    source = await open();
    target = await open();
    const comment = name === 'MariaDB' ? ` COMMENT 'SECRET, it''s (one)'` : '';
    const typed = name === 'SQLite' ? ' -- SECRET, of all\n' : '';
    const check = ` CHECK (masked <> 'SECRET)' AND length(masked) > 12)`;
    const indexes =
      name === 'MariaDB'
        ? ''
        : `CREATE INDEX told ON t (flag) WHERE denied = 'SECRET (one)';
           CREATE UNIQUE INDEX apart ON t (kept) WHERE denied = 'SECRET';
           CREATE INDEX "of ""kept""" ON t (kept) WHERE kept = 'index, kept';`;
    await source.run(`
      CREATE TABLE t (id int DEFAULT 7 PRIMARY KEY,
        masked varchar(40) DEFAULT 'SECRET, (it''s) one'${comment}${check},${typed}
        denied varchar(40) DEFAULT 'SECRET'${comment},
        salary decimal(9,2) DEFAULT 52000.5, /* SECRET */
        needed varchar(40) DEFAULT 'SECRET' NOT NULL,
        flag int DEFAULT 1 NOT NULL,
        kept varchar(40) DEFAULT 'open, (kept)'${comment.replace('SECRET', 'open')},
        CONSTRAINT named CHECK (denied <> 'it''s, (a) SECRET' OR salary < 52000),
        CONSTRAINT shown CHECK (kept <> 'shut, (kept)' AND length(kept) < 40),
        CHECK (flag < 9), CHECK (denied <> masked)${name === 'MariaDB' ? ", CHECK (denied <> 'SECRET, other')" : ''});
      ${indexes}
      INSERT INTO t (id, needed) VALUES (1, 'one');
    `);
    await source.run(odd.sql);
  });
  afterAll(async () => {
    await source?.close();
    await target?.close();
  });

  const asked = (needed: string, exports = subsetOf('t', 'id < 9')) => ({
    sources: { databases: { shop: source.database }, volumes: {} },
    policy: `policyVersion: 1\ndatabases: { shop: { t: { id: keep, masked: hash, needed: ${needed}, kept: keep } } }`,
    template: template(exports),
  });

  it('tell no default, check, index and comment of what does not leave as it is', async () => {
    const made = '  t.sql: { type: table-create, data: { dbms: shop, tablelist: [t] } }';
    const first = '  db.sql: { type: dbcreate, data: { dbms: shop, tablelist: [archive] } }\n';
    for (const exports of [subsetOf('t', 'id < 9'), made, first + made]) {
      const text = await withExtraction(source as never, asked('hash', exports), (it) =>
        textOf(it.script()),
      );
      expect(text).not.toMatch(/SECRET|52000|> ?12/);
      expect(text).toContain('open, (kept)');
      expect(text).toContain('shut, (kept)');
      if (name !== 'MariaDB') expect(text).toContain('index, kept');
    }
  });

  it('can be made, and give the rows what is left', async () => {
    await withExtraction(source as never, asked('hash'), (it) =>
      target.database.load(it.dataset()),
    );
    const { tables } = await target.database.introspect();
    const defaults = (table: { columns: readonly Column[] }) =>
      Object.fromEntries(table.columns.map((it) => [it.name, it.default]));
    const [table] = tables;
    expect(table!.checks.map((it) => it.name)).toEqual(expect.arrayContaining(['shown']));
    expect(table!.checks.length).toBe(3);
    const { id, flag, kept } = defaults(
      (await source.database.introspect()).tables.find((it) => it.name === 't')!,
    );
    expect(defaults(table!)).toEqual({
      ...{ id, flag, kept },
      ...{ masked: null, denied: null, salary: null, needed: null },
    });
    const snapshot = await target.database.snapshot();
    const rows = await snapshot.list({ table: table!, columns: table!.columns });
    await snapshot.close();
    expect(rows.map((row) => row.map((it) => it && String(it)))).toEqual([
      [
        '1',
        expect.any(String),
        null,
        null,
        expect.stringMatching(/^[0-9a-f]{32}$/),
        '1',
        expect.any(String),
      ],
    ]);
  });

  it('tell nothing by rules in unusual forms, domains, generated columns, sequences and comments', async () => {
    const shares =
      name === 'PostgreSQL' ? ', shares: { id: keep, email: keep, lists: keep, num: keep }' : '';
    const of = (exports: string) => ({
      ...asked('hash'),
      policy: `policyVersion: 1\ndatabases: { shop: { odd: { ${odd.policy} }${shares} } }`,
      template: template(exports),
    });
    const all = subsetOf('odd', 'id < 9') + (shares && subsetOf('shares', 'id < 9'));
    for (const exports of [all, subsetOf('odd', 'id < 9')]) {
      await withExtraction(source as never, of(exports), async (it) => {
        const text = await textOf(it.script());
        expect(text).not.toMatch(/SECRET|4711\b(?!\)\))|91827364/);
        expect(JSON.stringify(it.dataset().tables)).not.toMatch(/SECRET|91827364/);
        for (const part of odd.stays) expect(text).toContain(part);
      });
    }
    await withExtraction(source as never, of(all), (it) => target.database.load(it.dataset()));
    const { tables } = await target.database.introspect();
    const made = tables.find((it) => it.name === 'odd');
    const generated = made?.columns.flatMap((it) => (it.generated ? it.name : []));
    expect([generated, made?.checks.map((it) => it.name)]).toEqual([['twice'], ['shown']]);
  });

  if (name === 'PostgreSQL') {
    it('do without what generates a column only where it is no key', async () => {
      await source.run(
        `CREATE TABLE led (id int, code text GENERATED ALWAYS AS ('SECRET' || id) STORED PRIMARY KEY)`,
      );
      const policy = 'policyVersion: 1\ndatabases: { shop: { led: { id: keep } } }';
      const request = { ...asked('hash', subsetOf('led', 'id < 9')), policy };
      await expect(withExtraction(source as never, request, async () => {})).rejects.toThrow(
        /HFIT_POLICY_REQUIRED.*led\.code\n.*code: keep/s,
      );
    });
  }

  it('do without a default only where the rows can', async () => {
    await expect(withExtraction(source as never, asked('deny'), async () => {})).rejects.toThrow(
      /HFIT_POLICY_REQUIRED.*t\.needed\n/,
    );
  });
});

describe('a default', () => {
  const column = (expression: string | null) =>
    ({ default: expression, kind: 'text', generated: null, identity: null }) as Column;

  it.each([
    null,
    "''::character varying",
    'CURRENT_TIMESTAMP(6)',
    'now()',
    'gen_random_uuid()',
    'uuid_generate_v4()',
    "nextval('public.t_id_seq'::regclass)",
    "('HF-'::text || nextval('public.order_number'::regclass))",
    "'infinity'::timestamp with time zone",
    '0.00',
    '1',
    'true',
    "b'0'",
    "'{}'::jsonb",
    "'[]'",
    'NULL::numeric(9,2)',
  ])('tells nothing: %s', (expression) => {
    expect(tells(column(expression))).toBe(false);
  });

  it.each([
    "'new'::text",
    "'it''s'",
    "'nextval(''x'')'",
    '52000',
    '19.99',
    "'2000-01-01'::date",
    '\'{"a": 1}\'::jsonb',
    "lower('ABC'::text)",
    '"text"',
    "x'ff'",
    '(-42)',
    "_utf8mb4'ann'",
    'ann',
    '5e4711',
    '.4711',
    '0x1F4711',
    'concat(4, 7, 1, 1)',
    "coalesce('ann@example.org', nextval('x'::regclass)::text)",
  ])('may tell a value: %s', (expression) => {
    expect(tells(column(expression))).toBe(true);
  });
});
