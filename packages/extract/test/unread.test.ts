import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Extraction, verifyPackage } from '../src/index.js';
import { bytesOf, signingKey, streamOf } from './packages.js';
import { rowsOf, type Shop, template, textOf, withExtraction } from './shop.js';

const asked = {
  template: template(`
  person.sql: { type: subset, data: { dbms: shop, table: person } }
  again.sql: { type: subset, data: { dbms: shop, table: person, allowEmpty: true } }`),
  policy: `
policyVersion: 1
databases:
  shop:
    person: { id: keep, code: format, born: dateShift, note: redact,
      doc: { mask: json, paths: { "$.code": format, "$.id": keep } } }
`,
};

const sqlite = new Sqlite(':memory:');
let shop: Shop;
beforeAll(async () => {
  sqlite.exec(`
    CREATE TABLE person (id INTEGER PRIMARY KEY, code TEXT, born DATE, note TEXT, doc JSON);
    INSERT INTO person VALUES (1, 'AB-1', '1980-02-03', 'a', '{"code":"AB-1","id":1}'),
      (2, 'ÄB-2', 'in spring', NULL, '{"code":"ÄB-2","id":2}'), (3, '日本', NULL, 'c', 'no document'),
      (4, NULL, '2000-01-01', 'd', NULL);`);
  shop = { database: await openDatabase(sqlite) } as Shop;
});
afterAll(() => {
  sqlite.close();
});

const warnings = [
  'shop: person.code: format could not read 2 values, which became NULL',
  'shop: person.born: dateShift could not read 1 value, which became NULL',
  'shop: person.doc: json could not read 2 values, which became NULL',
];

test.each<[string, (it: Extraction) => Promise<unknown>]>([
  ['a dataset', (it) => rowsOf(it.dataset())],
  ['a script', (it) => textOf(it.script())],
  ['lines', (it) => textOf(it.lines())],
])('what no masker could read is counted when rows have gone by as %s', (_, read) =>
  withExtraction(shop, asked, async (it) => {
    expect(it.warnings).toEqual([]);
    await read(it);
    expect(it.warnings).toEqual(warnings);
  }),
);

test('a package tells in its report and its manifest what no masker could read', () =>
  withExtraction(shop, asked, async (it) => {
    const bytes = await bytesOf((await it.package({ signingKey })).stream);
    expect(it.warnings).toEqual(warnings);
    const { manifest, checks } = await verifyPackage(streamOf(bytes), { keys: [signingKey] });
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(manifest?.unread).toEqual({ 'shop: person': { code: 2, born: 1, doc: 2 } });
  }));
