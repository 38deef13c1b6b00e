import type { Row } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { describe, expect, it } from 'vitest';
import {
  policyText,
  rowsOf,
  shopAndTarget,
  subsetOf,
  template,
  textOf,
  withExtraction,
} from './shop.js';

const shops = shopAndTarget();

const extracted = (request: Parameters<typeof withExtraction>[1] = {}) =>
  withExtraction(shops.shop, request, (extraction) => rowsOf(extraction.dataset()));

const ids = (rows: Row[] | undefined) => rows?.map(([id]) => Number(id)).sort((a, b) => a - b);

async function refused(request: Parameters<typeof withExtraction>[1]): Promise<HfitError> {
  const error = await withExtraction(shops.shop, request, async (it) => {
    await rowsOf(it.dataset());
  }).catch((it) => it);
  expect(error).toBeInstanceOf(HfitError);
  return error;
}

describe('subset', () => {
  it('brings what the rows need, whatever the keys, and nothing else', async () => {
    const rows = await extracted();
    // Refund 5: item (5, 3), order 5, customer 6 without a keeper.
    expect(
      Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, ids(list)])),
    ).toEqual({
      department: [],
      employee: [],
      customer: [6],
      coupon: [],
      orders: [5],
      item: [5],
      refund: [5],
    });
    // Refund 8: order 8 with a coupon; customer 9 has none, customer 10 (order 9) has keeper 11, whose
    // department has a head of its own; bosses 5, 2, 1 and department 1 follow.
    const more = await extracted({ template: template(subsetOf('refund', 'id IN (8, 9)')) });
    expect(ids(more.employee)).toEqual([1, 2, 4, 5, 9, 11]);
    expect(ids(more.department)).toEqual([1, 2]);
    expect(ids(more.coupon)).toEqual([9]);
  });

  it('loads into an empty database without an orphan', async () => {
    await withExtraction(
      shops.shop,
      { template: template(subsetOf('refund', 'id < 100')) },
      async (extraction) => {
        const report = await shops.target.database.load(extraction.dataset());
        expect(report.rows).toBe(Object.values(extraction.counts).reduce((a, b) => a + b));
        expect(report.tables.find(({ table }) => table === 'public.refund')?.rows).toBe(99);
      },
    );
    expect(await shops.target.database.orphans()).toEqual([]);
    const { rows } = await shops.target.pglite.query(
      'SELECT doubled = price * 2 AS ok FROM item LIMIT 1',
    );
    expect(rows).toEqual([{ ok: true }]);
  });

  it('shares the rows of several subsets: each comes once', async () => {
    const both = template(subsetOf('refund', 'id = ${id}') + subsetOf('orders', 'customer_id = 6'));
    const rows = await extracted({ template: both });
    expect(ids(rows.orders)).toEqual([5, 45, 85, 125, 165, 205, 245, 285]);
    expect(ids(rows.customer)).toEqual([6]);
    await withExtraction(shops.shop, { template: both }, (it) =>
      shops.target.database.load(it.dataset()),
    );
    expect(await shops.target.database.orphans()).toEqual([]);
  });
});

describe('an extraction whose reader has gone', () => {
  const gone = new Error('gone');

  it('reads nothing', async () => {
    const signal = AbortSignal.abort(gone);
    await expect(extracted({ signal })).rejects.toBe(gone);
  });

  it('ends its search for rows between two questions', async () => {
    const leaving = new AbortController();
    const asked = { signal: leaving.signal, template: template(subsetOf('refund', 'id < 300')) };
    const counts = await withExtraction(shops.shop, asked, async (extraction) => {
      leaving.abort(gone);
      await expect(rowsOf(extraction.dataset())).rejects.toBe(gone);
      return extraction.counts;
    });
    expect(counts).toEqual({});
  });

  it('ends between two steps of its preparation', async () => {
    const leaving = new AbortController();
    const step = (query: string) =>
      `  - { setVar: x, from: hot-data, hdata: { type: dbquery, dbms: shop, query: "${query}" } }\n`;
    // Whoever asks for the second source, which is not there, would be told so.
    const steps = `prepare:\n${step('SELECT id FROM orders WHERE id = 1')}${step('SELECT id FROM nobody')}`;
    const databases = {
      get shop() {
        leaving.abort(gone);
        return shops.shop.database;
      },
    };
    const sources = { databases, volumes: {} };
    const asked = {
      signal: leaving.signal,
      sources,
      template: template(subsetOf('orders', 'id = ${x}'), steps),
    };
    await expect(extracted(asked)).rejects.toBe(gone);
  });
});

describe('the policy at the gate', () => {
  it('masks the same value alike in every run, and keys still join', async () => {
    const { customer: [customer] = [], orders: [order] = [] } = await extracted({
      parameters: [8],
    });
    expect(customer?.[1]).not.toContain('real.example');
    const again = await extracted({ parameters: { id: 8 } });
    expect(again.customer?.[0]).toEqual(customer);
    const { coupon: [coupon] = [] } = again;
    expect(coupon?.[1]).toBe(order?.[2]);
    expect(coupon?.[1]).not.toMatch(/SAVE/);
  });

  it('leaves out what no line classifies, and says which line to add', async () => {
    const forgetful = policyText.replace(', memo: hash', '');
    await withExtraction(shops.shop, { policy: forgetful }, async (extraction) => {
      const text = await textOf(extraction.script());
      expect(text).not.toContain('SECRET');
      expect(extraction.warnings.join('\n')).toMatch(
        /public\.orders\.memo was left out: no policy/,
      );
      expect(extraction.warnings.join('\n')).toMatch(/memo: deny/);
      expect(extraction.warnings.join('\n')).toMatch(
        /public\.customer comes without note: the policy denies it/,
      );
    });
  });

  it.each([
    [
      'a column that a row cannot do without',
      [', price: keep', ''],
      'HFIT_POLICY_REQUIRED',
      /item\.price/,
    ],
    ['a key', ['coupon: { id: keep,', 'coupon: {'], 'HFIT_POLICY_REQUIRED', /coupon\.id/],
    [
      'keys that would no longer join',
      ['coupon_code: hash', 'coupon_code: keep'],
      'HFIT_POLICY_KEYS_DIFFER',
      /coupon_code/,
    ],
    [
      'a line for a column that is not there',
      ['note: deny', 'nota: deny'],
      'HFIT_POLICY_COLUMN',
      /nota/,
    ],
    [
      'a unique column with a masker that does not keep it so',
      ['email: email', 'email: personName'],
      'HFIT_MASKER_UNFIT',
      /customer\.email/,
    ],
  ] as const)('refuses %s', async (_, [from, to], code, text) => {
    const error = await refused({ policy: policyText.replace(from, to) });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
  });

  it('gives lines that help, once they are in the policy', async () => {
    await shops.target.pglite.exec(`
      CREATE TABLE person (id int PRIMARY KEY, code text NOT NULL UNIQUE);
      CREATE TABLE visit (id uuid PRIMARY KEY, code text NOT NULL REFERENCES person (code), day date NOT NULL,
        note text NOT NULL, count int NOT NULL, ok boolean NOT NULL);
      INSERT INTO person VALUES (1, 'a');
      INSERT INTO visit VALUES (gen_random_uuid(), 'a', '2024-01-01', 'n', 1, true)`);
    let policy = 'policyVersion: 1\ndatabases:\n  shop:\n    person: { id: keep, code: hash }\n';
    const asked = () => ({ policy, template: template(subsetOf('visit', "day > '2020-01-01'")) });
    policy += '    public.visit:\n      day: keep\n';
    const error = await withExtraction(shops.target, asked(), async () => {}).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_POLICY_REQUIRED' });
    const lines = error.todo.split('\n').filter((line: string) => line.startsWith('      '));
    expect(lines.map((line: string) => line.replace(/ *#.*/, '').trim())).toEqual([
      'id: keep',
      'code: hash',
      'note: hash',
      'count: hash',
      'ok: keep',
    ]);
    policy += `${lines.join('\n')}\n`;
    await withExtraction(shops.target, asked(), (it) => rowsOf(it.dataset()));
  });

  it('warns of a table that is misspelt', async () => {
    const policy = policyText.replace('  refund:', '  refnud: { id: keep }\n    refund:');
    await withExtraction(shops.shop, { policy }, async ({ warnings }) => {
      expect(warnings[0]).toBe(
        'policy.yaml:11:5: the policy names a table "refnud", and shop has none',
      );
    });
  });

  it('lets nobody ask about values that they may not see', async () => {
    for (const filter of ["email = 'c6@real.example'", "note LIKE 'SECRET%'", 'ORDER BY note']) {
      const error = await refused({ template: template(subsetOf('customer', filter)) });
      expect(error).toMatchObject({ code: 'HFIT_POLICY_FILTER' });
    }
    const query = (text: string) =>
      template(
        subsetOf('customer', 'id = ${x}'),
        `prepare:\n  - { setVar: x, from: hot-data, hdata: { type: dbquery, dbms: shop, query: "${text}" } }\n`,
      );
    for (const text of ['SELECT note FROM customer', "SELECT id FROM customer WHERE email = 'x'"]) {
      expect(await refused({ template: query(text) })).toMatchObject({
        code: 'HFIT_POLICY_FILTER',
      });
    }
    const rows = await extracted({
      template: query('SELECT customer_id FROM orders WHERE id = ${id}'),
    });
    expect(ids(rows.customer)).toEqual([6]);
  });

  it('reads no column by the line of another that differs in case', async () => {
    const { pglite } = shops.target;
    await pglite.exec(
      `CREATE TABLE customers (id int PRIMARY KEY, "Email" text, email text);
       INSERT INTO customers VALUES (1, 'SECRET', 'open')`,
    );
    const prepare = `prepare:\n  - { setVar: x, from: hot-data, hdata: { type: dbquery, dbms: shop, query: "SELECT email FROM customers WHERE id = 1" } }\n`;
    const it = template(
      '  a.sql: { type: table-data, data: { dbms: shop, table: customers, filter: "email = ${x}" } }',
      prepare,
    );
    const policy =
      'policyVersion: 1\ndatabases: { shop: { customers: { id: keep, Email: email, email: keep } } }';
    const rows = await withExtraction(shops.target, { template: it, policy }, (extraction) =>
      rowsOf(extraction.dataset()),
    );
    expect(rows.customers).toEqual([['1', expect.not.stringContaining('SECRET'), 'open']]);
  });

  it('opens one table by a line, where a schema is named like the database', async () => {
    const { pglite, database } = shops.target;
    const { database: name } = await database.introspect();
    await pglite.exec(
      `CREATE SCHEMA "${name}"; CREATE TABLE "${name}".users (id int PRIMARY KEY);
       CREATE TABLE public.users (id int PRIMARY KEY);`,
    );
    const policy = `policyVersion: 1\ndatabases: { shop: { ${name}.users: { id: keep } } }`;
    const data = (table: string) =>
      template(`  a.sql: { type: table-data, data: { dbms: shop, table: ${table} } }`);
    const ask = (table: string) =>
      withExtraction(shops.target, { template: data(table), policy }, async () => 'open');
    try {
      expect(await ask(`${name}.users`).catch((error) => error.code)).toBe('HFIT_TABLE_AMBIGUOUS');
      await expect(ask('public.users')).rejects.toMatchObject({ code: 'HFIT_POLICY_REQUIRED' });
    } finally {
      await pglite.exec(`DROP SCHEMA "${name}" CASCADE`);
    }
  });

  it('does not follow a key whose column stays behind', async () => {
    const policy = policyText.replace(', keeper_id: keep', '');
    const rows = await extracted({ policy, template: template(subsetOf('customer', 'id = 10')) });
    expect(Object.keys(rows)).toEqual(['customer']);
  });
});

describe('what is wrong with a template', () => {
  it.each([
    [
      'an unknown source',
      '  a.sql: { type: table-data, data: { dbms: nobody, table: t } }',
      'HFIT_SOURCE_UNKNOWN',
    ],
    [
      'an unknown table',
      '  a.sql: { type: table-data, data: { dbms: shop, table: nobody } }',
      'HFIT_TABLE_UNKNOWN',
    ],
    ['an unknown column', subsetOf('orders', 'nothing = 1'), 'HFIT_COLUMN_UNKNOWN'],
    ['a column of another table', subsetOf('orders', 'customer.id = 1'), 'HFIT_COLUMN_UNKNOWN'],
    ['a value of another type', subsetOf('orders', "id = 'x'"), 'HFIT_FILTER_TYPE'],
    ['a number beyond its type', subsetOf('orders', 'id = 99999999999'), 'HFIT_FILTER_TYPE'],
    ['a parameter that was left out', subsetOf('orders', 'id = ${maybe}'), 'HFIT_FILTER_VARIABLE'],
    [
      'a table in two exports',
      `${subsetOf('orders', 'id = 1')}  b.sql: { type: table-data, data: { dbms: shop, table: orders } }`,
      'HFIT_TEMPLATE_TABLE_TWICE',
    ],
    [
      'an unknown volume',
      '  a.txt: { type: file, data: { volume: nowhere, path: x } }',
      'HFIT_SOURCE_UNKNOWN',
    ],
  ])('tells %s, and where', async (_, exports, code) => {
    const where = expect.stringMatching(/^template:\d+:\d+/);
    expect(await refused({ template: template(exports) })).toMatchObject({ code, where });
  });

  it('tells a prepare step that finds nothing', async () => {
    const prepare = `prepare:\n  - { setVar: x, from: hot-data, hdata: { type: dbquery, dbms: shop, query: "SELECT id FROM orders WHERE id = 99999" } }\n`;
    const it = template(subsetOf('orders', 'id = ${x}'), prepare);
    expect(await refused({ template: it })).toMatchObject({ code: 'HFIT_PREPARE_EMPTY' });
  });
});
