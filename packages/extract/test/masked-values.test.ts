import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { type Check, verifyPackage } from '../src/index.js';
import { originalsOf } from '../src/package/originals.js';
import { bytesOf, streamOf } from './packages.js';
import { type Shop, subsetOf, template, withExtraction } from './shop.js';

/** A masked column, and another one that was kept: type, value and mask, and type and value. */
type Pair = readonly [string, string, string, string, string];

/** What verify says of a table of such pairs, `h0` and `k0` and so on, each of a row of its own. */
async function searched(pairs: readonly Pair[]) {
  const sqlite = new Sqlite(':memory:');
  const columns = pairs.map(([type, , , kept], i) => `, h${i} ${type}, k${i} ${kept}`);
  sqlite.exec(`CREATE TABLE visits (id INTEGER PRIMARY KEY${columns.join('')})`);
  for (const [i, [, value, , , kept]] of pairs.entries()) {
    sqlite.exec(`INSERT INTO visits (h${i}) VALUES (${value})`);
    sqlite.exec(`INSERT INTO visits (k${i}) VALUES (${kept})`);
  }
  const lines = pairs.map(([, , mask], i) => `, h${i}: ${mask}, k${i}: keep`);
  const policy = `policyVersion: 1
databases: { shop: { visits: { id: keep${lines.join('')} } } }`;
  try {
    const database = await openDatabase(sqlite);
    const asked = { template: template(subsetOf('visits', 'id > 0')), policy };
    return await withExtraction({ database } as Shop, asked, async (extraction) => {
      const { stream } = await extraction.package({});
      const report = await verifyPackage(streamOf(await bytesOf(stream)), {
        keys: [],
        anyKey: true,
      });
      const check = report.checks.find(({ name }) => name === 'masked values') as Check;
      return { check, manifest: report.manifest };
    });
  } finally {
    sqlite.close();
  }
}

const grace = "X'477261636520486f70706572'";

it('finds what was masked in the form in which the database writes it', async () => {
  const pairs: Pair[] = [
    ['DATE', "'1915-12-10'", 'dateShift', 'TEXT', "'since 1915-12-10'"],
    ['DATE', "'1916-12-10'", '"null"', 'JSON', `'{"at":["1916-12-10T08:00:00Z"]}'`],
    ['TIMESTAMP', "'2021-05-01 12:34:56.7'", 'dateShift', 'TEXT', `'2021-05-01T12:34:56Z'`],
    ['TIMESTAMP', "'2022-05-01 12:34:57'", 'dateShift', 'TIMESTAMP', "'2022-05-01 12:34:57'"],
    ['TIMESTAMP', "'2023-05-01 00:00:00'", '"null"', 'TEXT', "'on 2023-05-01'"],
    ['REAL', '52.2296756', 'noise', 'TEXT', "'at 52.2296756, 21'"],
    ['REAL', '13.4050017', 'noise', 'REAL', '13.4050017'],
    ['TIME', "'12:34:56.789'", '"null"', 'TIME', "'12:34:56.789'"],
    [
      'JSON',
      `'{"to":{"n":"Bo Derek"}}'`,
      '{ mask: json, paths: { $.to: hash } }',
      'TEXT',
      "'bo-derek'",
    ],
    ['JSON', `'{"to":["a", 1234567890]}'`, '"null"', 'INTEGER', '1234567890'],
    [
      'JSON',
      `'{"to":"Al Green"}'`,
      '{ mask: constant, value: "{}" }',
      'JSON',
      `'{"x":["Al Green"]}'`,
    ],
    ['BLOB', grace, '"null"', 'TEXT', "'for grace hopper'"],
    ['BLOB', "X'414243444546ff'", '"null"', 'TEXT', "'\\x414243444546ff'"],
    ['TEXT', "'Ada Lovelace'", 'hash', 'BLOB', "X'416461204c6f76656c616365'"],
  ];
  const { check } = await searched(pairs);
  expect(check.failures.map(({ place, reason }) => [place, reason])).toEqual(
    pairs.map((_, i) => [
      `shop: visits.k${i}, row ${2 * i + 2}`,
      `1 row with values of shop: visits.h${i}, which was masked`,
    ]),
  );
  expect(check).not.toHaveProperty('notSearched');
});

it('takes for chance what many rows share, and names the columns that were not searched', async () => {
  const { check, manifest } = await searched([
    ['DATE', "'1915-12-10'", 'dateShift', 'DATE', "'1915-12-10'"],
    ['TIMESTAMP', "'2024-05-01 00:00:00'", 'dateShift', 'TIMESTAMP', "'2024-05-01 00:00:00'"],
    ['JSON', `'{"to":"Bo Derek"}'`, '{ mask: json, paths: { $.b: hash } }', 'TEXT', "'bo derek'"],
    ['DECIMAL(20,8)', "'1.50000000'", 'noise', 'TEXT', "'1.50000000'"],
    ['BOOLEAN', 'TRUE', '"null"', 'TEXT', "'true'"],
  ]);
  const notSearched = ['h2', 'h3', 'h4'].map((name) => `shop: visits.${name}`);
  expect(check).toMatchObject({ passed: true, notSearched });
  expect(manifest?.checks).toMatchObject([{ notSearched }]);
});

it('searches arrays by element', () => {
  const column = { kind: 'array' } as Parameters<typeof originalsOf>[0];
  const words = (text: string) => originalsOf(column, undefined)(text).map((it) => it.words);
  expect(words('{{"Ada \\"L\\"",NULL},{42,1234567890}}')).toEqual([['1234567890']]);
  expect(words('{"Ada Lovelace",bob}')).toEqual([['ada', 'lovelace']]);
});
