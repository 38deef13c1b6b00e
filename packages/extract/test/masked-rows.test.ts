import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { type Shop, template, withExtraction } from './shop.js';

/** A million where somebody wants to know: HFIT_ROWS=1000000. */
const count = Number(process.env.HFIT_ROWS ?? 20_000);

const schema = `
  CREATE TABLE person (id INTEGER PRIMARY KEY, code text NOT NULL UNIQUE, email text NOT NULL,
    region int NOT NULL, number int NOT NULL, UNIQUE (region, number));
  CREATE UNIQUE INDEX one_mail ON person (lower(email));
  CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id bigint NOT NULL REFERENCES person,
    code text REFERENCES person (code), region int, number int,
    FOREIGN KEY (region, number) REFERENCES person (region, number));`;

const policy = `
policyVersion: 1
databases:
  shop:
    "*": { "*id": integer, code: format, email: email, region: integer, number: { mask: integer, from: 1, to: 2000000 } }
`;

it(`unique keys and joins hold under masking on ${count} rows`, async () => {
  const from = new Sqlite(':memory:');
  from.exec(schema);
  const many = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count / 2})`;
  from.exec(`
    INSERT INTO person ${many} SELECT i, printf('AB-%07d', i), 'p' || i || '@real.example', 1 + i % 7, i FROM n;
    INSERT INTO visit ${many} SELECT 3 * i, 1 + i * 13 % ${count / 2}, printf('AB-%07d', 1 + i * 13 % ${count / 2}),
      1 + i % 7, i FROM n`);
  const to = new Sqlite(':memory:');
  const [source, target] = [await openDatabase(from), await openDatabase(to)];
  const exports = ['person', 'visit'].map(
    (table) => `  ${table}.sql: { type: table-data, data: { dbms: shop, table: ${table} } }\n`,
  );
  const asked = { policy, template: template(exports.join('')) };
  to.exec(schema);
  await withExtraction({ database: source } as Shop, asked, async (it) => {
    const report = await target.load(it.dataset());
    expect(report.rows).toBe(count);
  });
  // The target has the keys and indexes of the source, so that what came is unique and joins.
  expect(to.pragma('foreign_key_check')).toEqual([]);
  const joined = to.prepare(`SELECT count(*) AS n, count(DISTINCT p.id) AS people FROM visit v
    JOIN person p ON p.id = v.person_id AND p.code = v.code
    JOIN person q ON q.region = v.region AND q.number = v.number`);
  const before = from.prepare(joined.source).get();
  expect(joined.get()).toEqual(before);
  const same = to.prepare(
    'SELECT count(*) AS n FROM person WHERE id = CAST(substr(code, 4) AS int)',
  );
  expect((same.get() as { n: number }).n).toBeLessThan(5);
  await Promise.all([source.close(), target.close()]);
}, 600_000);
