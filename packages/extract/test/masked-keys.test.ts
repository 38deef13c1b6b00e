import { openDatabase, type Table } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { brokenUnique, isUnique } from '../src/uniques.js';
import { openShop, rowsOf, type Shop, template, withExtraction } from './shop.js';

/** Runs work on all tables of a schema in SQLite, masked by the lines of a policy. */
async function masked<T>(
  sql: string,
  lines: string,
  work: (rows: Awaited<ReturnType<typeof rowsOf>>) => T,
): Promise<T> {
  const sqlite = new Sqlite(':memory:');
  sqlite.exec(sql);
  const database = await openDatabase(sqlite);
  const { tables } = await database.introspect();
  const exports = tables.map(
    ({ name }) => `  ${name}.sql: { type: table-data, data: { dbms: shop, table: ${name} } }\n`,
  );
  const policy = `policyVersion: 1\ndatabases:\n  shop:\n${lines}`;
  const asked = { policy, template: template(exports.join('')) };
  try {
    return await withExtraction({ database } as Shop, asked, async (extraction) =>
      work(await rowsOf(extraction.dataset())),
    );
  } finally {
    await database.close();
    sqlite.close();
  }
}

const refused = (sql: string, lines: string) =>
  masked(sql, lines, () => null).then(
    () => null,
    (error) => error,
  );

describe('peers, extraction 4: masking that breaks a unique index is refused before a row is read', () => {
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a text, b text, gone text);';
  const row = "INSERT INTO t VALUES (1, 'a', 'b', NULL)";

  it.each([
    ['a unique column', 'CREATE UNIQUE INDEX u ON t (a)', 'a: personName', /two values/],
    ['a part of a composite one', 'CREATE UNIQUE INDEX u ON t (b, a)', 'a: phone', /two values/],
    ['a partial one', 'CREATE UNIQUE INDEX u ON t (a) WHERE b = 1', 'a: address', /two values/],
    ['one in lower case', 'CREATE UNIQUE INDEX u ON t (lower(a))', 'a: personName', /two values/],
    [
      'an expression',
      'CREATE UNIQUE INDEX u ON t (substr(a, 1, 3))',
      'a: hash',
      /index u .*expression/,
    ],
    ['its condition', "CREATE UNIQUE INDEX u ON t (b) WHERE a = 'x'", 'a: hash', /index u holds/],
    [
      'whether it is there',
      'CREATE UNIQUE INDEX u ON t (b) WHERE gone IS NULL',
      'a: hash, gone: "null"',
      /index u holds/,
    ],
  ])('%s', async (_, index, lines, text) => {
    const rest = ['a', 'b', 'gone'].filter((name) => !lines.includes(`${name}:`));
    const all = [lines, ...rest.map((name) => `${name}: keep`)].join(', ');
    const error = await refused(`${table}${index};${row}`, `    t: { id: keep, ${all} }\n`);
    expect(error).toMatchObject({
      code: 'HFIT_MASKER_UNFIT',
      where: expect.stringContaining('t.'),
    });
    expect(error.message).toMatch(text);
  });

  it.each([
    ['a composite', 'CREATE UNIQUE INDEX u ON t (b, a)', 'a: format'],
    ['a partial one', 'CREATE UNIQUE INDEX u ON t (a) WHERE b = 1', 'a: hash'],
    ['one in lower case', 'CREATE UNIQUE INDEX u ON t (lower(a))', 'a: format'],
    [
      'rows that are not gone',
      'CREATE UNIQUE INDEX u ON t (b) WHERE gone IS NULL',
      'a: hash, gone: hash',
    ],
  ])('but not a masker that keeps %s', async (_, index, lines) => {
    const rest = ['b', 'gone'].filter((name) => !lines.includes(`${name}:`));
    const all = [lines, ...rest.map((name) => `${name}: keep`)].join(', ');
    const rows = await masked(
      `${table}${index};${row}`,
      `    t: { id: keep, ${all} }\n`,
      (all) => all,
    );
    expect(rows.t).toHaveLength(1);
  });

  it.each([
    ['whether it is there', 'CREATE UNIQUE INDEX u ON t (b) WHERE gone IS NULL'],
    ['what stands for nothing', 'CREATE UNIQUE INDEX u ON t (b, coalesce(gone, 0))'],
    ['its default', 'CREATE UNIQUE INDEX u ON t (gave)'],
    ['its default in a condition', 'CREATE UNIQUE INDEX u ON t (b) WHERE gave'],
  ])('nor may a column stay behind where %s keeps rows apart', async (_, index) => {
    const sql = table.replace('gone text', 'gone text, gave int DEFAULT 1');
    const error = await refused(`${sql}${index}`, '    t: { id: keep, a: keep, b: keep }\n');
    expect(error).toMatchObject({ code: 'HFIT_POLICY_REQUIRED' });
    expect(error.message).toMatch(/t\.(gone|gave)\n/);
  });

  it.each([
    ['of which many may be NULL', 'CREATE UNIQUE INDEX u ON t (gone, b)'],
    ['without which the index holds for no row', "CREATE UNIQUE INDEX u ON t (b) WHERE gone = 'x'"],
    ['that has to be there for it', 'CREATE UNIQUE INDEX u ON t (b) WHERE gone IS NOT NULL'],
  ])('but one may %s', async (_, index) => {
    const rows = await masked(
      `${table}${index};${row}`,
      '    t: { id: keep, a: keep, b: keep }\n',
      (all) => all,
    );
    expect(rows.t).toHaveLength(1);
  });

  it.each([
    ['lower((email)::text)', true, false],
    ['"email"', true, false],
    ['lower(`email`)', true, false],
    ['email COLLATE "C"', true, false],
    ['left(`email`, 10)', true, true],
    ["COALESCE(email, 'x'::text)", true, true],
    ['e_mail', false, false],
    ["'email'", false, false],
  ])('as PostgreSQL and MySQL write it: %s', (sql, unique, broken) => {
    const index = { name: 'u', expressions: [sql], predicate: null };
    const table = { primaryKey: null, uniques: [], uniqueIndexes: [index] };
    const column = { name: 'email' };
    expect(isUnique(table as never as Table, column as never)).toBe(unique);
    expect(brokenUnique(table as never as Table, column as never, 'hash') !== null).toBe(broken);
  });
});

describe('peers, extraction 5: rules that drift from the schema leak nothing', () => {
  const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, email text, added text, added_email text, doc jsonb);
    INSERT INTO t VALUES (1, 'a@real.example', 'SECRET-new', 'b@real.example', '{"x":"SECRET-doc"}')`;

  it('a column that was added since stays behind', async () => {
    const rows = await masked(sql, '    t: { id: keep, email: email }\n', (all) => all);
    expect(String(rows.t?.flat())).not.toMatch(/SECRET|real/);
    expect(rows.t?.[0]).toHaveLength(2);
  });

  it('a line for many columns masks one that was added since', async () => {
    const lines = `    "*": { "*email": email, "type:jsonb": deny, id: keep }\n`;
    const rows = await masked(sql, lines, (all) => all);
    expect(rows.t?.[0]).toHaveLength(3);
    expect(String(rows.t?.flat())).not.toMatch(/SECRET|real/);
  });

  it('a line for a column that has gone is told', async () => {
    expect(await refused(sql, '    t: { id: keep, phone: phone }\n')).toMatchObject({
      code: 'HFIT_POLICY_COLUMN',
    });
  });
});

describe('peers, extraction 8: a key is masked in both tables or in none', () => {
  const sql = (parent: string, child: string) => `
    CREATE TABLE p (id ${parent} PRIMARY KEY, name text);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p_id ${child} REFERENCES p (id));
    INSERT INTO p VALUES (1, 'x'), (77, 'y'), (30000, 'z');
    INSERT INTO c VALUES (1, 77), (2, 30000), (3, NULL)`;
  const lines = (parent: string, child: string) =>
    `    p: { id: ${parent}, name: keep }\n    c: { id: keep, p_id: ${child} }\n`;

  it.each([
    ['one side only', 'hash', 'keep'],
    ['the other only', 'keep', 'hash'],
    ['two maskers', 'hash', 'format'],
    ['two options', '{ mask: format, keepEnd: 4 }', 'format'],
  ])('%s: refused with both places', async (_, parent, child) => {
    const error = await refused(sql('text', 'text'), lines(parent, child));
    expect(error).toMatchObject({ code: 'HFIT_POLICY_KEYS_DIFFER' });
    expect(error.message).toMatch(/shop: c\.p_id is ".*" \(policy\.yaml:5:20\)/);
    expect(error.message).toMatch(/shop: p\.id is ".*" \(policy\.yaml:4:10\)/);
  });

  it.each([
    [
      'a smaller number',
      'bigint',
      'smallint',
      '{ mask: integer, from: 1, to: 99000 }',
      /out of the range of smallint/,
    ],
    ['masks of rows', 'text', 'text', '{ mask: email, per: id }', /depends on its row/],
  ])('%s: refused with both places', async (_, parent, child, mask, text) => {
    const error = await refused(sql(parent, child), lines(mask, mask));
    expect(error).toMatchObject({ code: 'HFIT_POLICY_KEYS_UNFIT' });
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(
      /policy\.yaml:5:20.*policy\.yaml:4:10|policy\.yaml:4:10.*policy\.yaml:5:20/s,
    );
  });

  it('a shorter text: refused with both places', async () => {
    const { database, pglite } = await openShop(
      sql('text', 'varchar(9)').replace(/INSERT.*/gs, ''),
    );
    const exports = ['p', 'c'].map(
      (table) => `  ${table}.sql: { type: table-data, data: { dbms: shop, table: ${table} } }\n`,
    );
    const policy = `policyVersion: 1\ndatabases:\n  shop:\n${lines('hash', 'hash')}`;
    const asked = { policy, template: template(exports.join('')) };
    const error = await withExtraction({ database, pglite }, asked, async () => null).catch(
      (it) => it,
    );
    expect(error).toMatchObject({ code: 'HFIT_POLICY_KEYS_UNFIT' });
    expect(error.message).toMatch(/up to 32 characters, and the column takes 9/);

    // A longer one has the masks of its target, also in a package of its own.
    await pglite.exec(
      `CREATE TABLE w (id varchar(20) PRIMARY KEY); CREATE TABLE v (w_id text REFERENCES w);
       INSERT INTO w VALUES ('one'); INSERT INTO v VALUES ('one')`,
    );
    const masks = async (tables: string[]) => {
      const all = tables.map(
        (it) => `  ${it}.sql: { type: table-data, data: { dbms: shop, table: ${it} } }\n`,
      );
      const policy =
        'policyVersion: 1\ndatabases: { shop: { w: { id: hash }, v: { w_id: hash } } }';
      return withExtraction(
        { database, pglite },
        { policy, template: template(all.join('')) },
        (it) => rowsOf(it.dataset()),
      );
    };
    const both = await masks(['w', 'v']);
    expect(both.v).toEqual(both.w);
    expect(String(both.w?.[0])).toHaveLength(20);
    expect(await masks(['v'])).toEqual({ v: both.v });
    await pglite.close();
  });

  it.each([
    ['numbers', 'bigint', 'integer', 'integer'],
    ['numbers of a small type', 'bigint', 'smallint', 'integer'],
    ['numbers of a range', 'INTEGER', 'INTEGER', '{ mask: integer, from: 1, to: 30000 }'],
    ['texts', 'text', 'text', 'hash'],
    ['texts of one form', 'varchar(40)', 'varchar(9)', 'format'],
  ])('%s join as they did', async (_, parent, child, mask) => {
    await masked(sql(parent, child), lines(mask, mask), ({ p = [], c = [] }) => {
      const keys = new Map(p.map(([id, name]) => [String(id), name]));
      expect(keys.size).toBe(3);
      expect(c.map(([, key]) => key && keys.get(String(key)))).toEqual(['y', 'z', null]);
      expect(p.map(([id]) => String(id))).not.toEqual(['1', '77', '30000']);
    });
  });
});
