import type { Row } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects, type Fresh } from './dialects.js';
import { type Rows, rowsOf, subsetOf, template, textOf, withExtraction } from './shop.js';

/** Texts as the dialects take them for one key, though they are spelled in two ways. */
const spelledTwice: Record<string, { type: string; child: string; other: string }> = {
  PostgreSQL: { type: 'char(20)', child: 'char(30)', other: `'abc'` },
  MariaDB: { type: 'varchar(40)', child: 'varchar(40)', other: `'ABC '` },
  SQLite: { type: 'TEXT COLLATE NOCASE', child: 'TEXT', other: `'ABC'` },
};

describe.each(dialects.filter(({ skip }) => !skip))('keys of $name', ({ name, open }) => {
  let source: Fresh;
  let target: Fresh;
  beforeAll(async () => {
    const { type, child, other } = spelledTwice[name]!;
    source = await open();
    target = await open();
    await source.run(
      `
      CREATE TABLE p (id int PRIMARY KEY, name varchar(20));
      CREATE TABLE q (id int PRIMARY KEY, p_id int NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id));
      CREATE TABLE k (id int PRIMARY KEY, q_id int, FOREIGN KEY (q_id) REFERENCES q (id));
      INSERT INTO p VALUES (1, 'one');
      INSERT INTO q VALUES (1, 1);
      INSERT INTO k VALUES (1, 1), (2, NULL);
      CREATE TABLE root (code ${type} PRIMARY KEY);
      CREATE TABLE middle (code ${child === type ? type : child.replace('TEXT', type)} PRIMARY KEY,
        FOREIGN KEY (code) REFERENCES root (code));
      CREATE TABLE leaf (id int PRIMARY KEY, code ${child}, FOREIGN KEY (code) REFERENCES middle (code));
      INSERT INTO root VALUES ('Abc'), ('def');
    `.replace("'Abc'", name === 'PostgreSQL' ? "'abc'" : "'Abc'"),
    );
    await source.run(`
      INSERT INTO middle VALUES (${other}), ('def');
      INSERT INTO leaf VALUES (1, 'abc'), (2, 'def'), (3, NULL);
      CREATE TABLE person (email varchar(40) PRIMARY KEY, note varchar(9));
      INSERT INTO person VALUES ${Array.from({ length: 30 }, (_, i) => `('u${10 + i}@x.example', 'n')`)};
    `);
  });
  afterAll(async () => {
    await source?.close();
    await target?.close();
  });

  const policy = `policyVersion: 1
databases:
  shop:
    p: { id: keep, name: keep }
    k: { id: keep }
    root: { code: hash }
    middle: { code: hash }
    leaf: { id: keep, code: hash }
    person: { email: hash, note: keep }
`;
  const shop = () => ({ sources: { databases: { shop: source.database }, volumes: {} }, policy });
  const extracted = (exports: string): Promise<Rows> =>
    withExtraction(source as never, { ...shop(), template: template(exports) }, (it) =>
      rowsOf(it.dataset()),
    );

  it('that are denied leave tables which can be made: those they point to are made empty', async () => {
    const asked = { ...shop(), template: template(subsetOf('k', 'id < 9')) };
    await withExtraction(source as never, asked, (it) => target.database.load(it.dataset()));
    const { tables } = await target.database.introspect();
    expect(tables.map((table) => table.name).sort()).toEqual(['k', 'p', 'q']);
    const rows = async (table: string) => {
      const snapshot = await target.database.snapshot();
      const found = tables.find((it) => it.name === table)!;
      try {
        return await snapshot.list({ table: found, columns: found.columns });
      } finally {
        await snapshot.close();
      }
    };
    expect([await rows('p'), await rows('q'), (await rows('k')).length]).toEqual([[], [], 2]);
    const text = await withExtraction(source as never, asked, (it) => textOf(it.script()));
    expect(text).toMatch(/CREATE TABLE (IF NOT EXISTS )?[\w".`]*\bp\b/);
  });

  it('that are masked still join, however each row spells them', async () => {
    for (const exports of [
      subsetOf('leaf', 'id < 9'),
      ['root', 'middle', 'leaf']
        .map((it) => `  ${it}.sql: { type: table-data, data: { dbms: shop, table: ${it} } }\n`)
        .join(''),
    ]) {
      const rows = await extracted(exports);
      const codes = (list: Row[] | undefined, at: number) => list!.map((row) => row[at]).sort();
      expect(codes(rows.root, 0).every((code) => /^[0-9a-f]{20,}/.test(String(code)))).toBe(true);
      expect(codes(rows.middle, 0)).toEqual(codes(rows.root, 0));
      expect(codes(rows.leaf, 1)).toEqual([...codes(rows.root, 0), null].sort());
    }
  });

  it('that are masked do not show by the order of their rows', async () => {
    for (const exports of [
      subsetOf('person', "note = 'n'"),
      '  a.sql: { type: table-data, data: { dbms: shop, table: person } }',
    ]) {
      const { person = [] } = await extracted(exports);
      const masks = person.map(([email]) => String(email));
      expect(masks).toHaveLength(30);
      expect(masks).toEqual([...masks].sort());
    }
  });

  it('that leave as they are let a whole table move as bytes, and nothing else does', async () => {
    const { bulk } = source.database.dialect;
    const data = (table: string, more = '') =>
      `  ${table}.sql: { type: table-data, data: { dbms: shop, table: ${table}${more} } }\n`;
    const exports = [data('p'), data('person'), data('k', ', filter: "id < 9"')];
    const asked = (text: string) => ({ ...shop(), template: template(text) });
    await withExtraction(source as never, asked(exports.join('')), async (it) => {
      const formats: Record<string, string | undefined> = {};
      for await (const part of it.dataset().rows()) formats[part.table.name] = part.bytes?.format;
      expect(formats).toEqual({ p: bulk?.format, person: undefined, k: undefined });
    });
    await withExtraction(source as never, asked(data('p')), async (it) => {
      const report = await target.database.load(it.dataset());
      expect(report.rows).toBe(1);
      expect(Object.values(it.counts)).toEqual([1]);
    });
  });
});
