import { registerMasker } from '@hot-fixture/masking';
import { afterAll, expect, test } from 'vitest';
import { openShop, rowsOf, template, withExtraction } from './shop.js';

const whole = template('  person.sql: { type: table-data, data: { dbms: shop, table: person } }');
/** Each masker of a text, one that looks at another column, and one that somebody has written. */
const policy = `
policyVersion: 1
databases:
  shop:
    person: { id: keep, name: { mask: personName, per: mail }, mail: email, phone: phone, note: hash,
      born: { mask: dateShift, days: 9, per: id }, kept: keep, own: backwards, secret: deny }
`;
const table = `
  CREATE TABLE person (id int PRIMARY KEY, name text, mail text, phone text, note text, born date,
    kept text, own text, secret text);`;
const rows = `
  INSERT INTO person SELECT i, 'Zoë ' || i % 7, CASE WHEN i % 5 > 0 THEN 'p' || i || '@x.example' END,
    '+49 30 ' || 1000000 + i, E'a\\tb\\\\\\n' || i, DATE '2000-01-01' + i, E'日本\\t\\\\N' || i,
    E'é\\\\' || i, 'SECRET' FROM generate_series(1, 300) i;`;

const takeBack = registerMasker({
  ...{ name: 'backwards', about: 'Turns a text round.', kinds: ['text'], options: {} },
  keeps: { unique: true, length: true, format: false, order: false, referential: true },
  bind: () => (value) => [...String(value)].reverse().join(''),
});
afterAll(takeBack);

test('rows that are masked as bytes are those that are masked as values', async () => {
  const [shop, target] = [await openShop(table + rows), await openShop(table)];
  const values = await withExtraction(shop, { template: whole, policy }, (it) =>
    rowsOf(it.dataset()),
  );
  await withExtraction(shop, { template: whole, policy }, async (it) => {
    const dataset = it.dataset();
    for await (const { bytes } of dataset.rows()) expect(bytes?.format).toBe('copy-text');
  });
  await withExtraction(shop, { template: whole, policy }, async (it) => {
    const report = await target.database.load(it.dataset());
    expect(report.rows).toBe(300);
    expect(it.counts).toEqual({ 'public.person': 300 });
  });
  const loaded = await target.pglite.query(
    'SELECT id::text, name, mail, phone, note, born::text, kept, own, secret FROM person ORDER BY person.id',
    [],
    { rowMode: 'array' },
  );
  expect(loaded.rows).toEqual(values.person?.map((row) => [...row, null]));
  expect(loaded.rows[6]).toEqual(expect.arrayContaining(['日本\t\\N7', '7\\é', null]));
  await Promise.all([shop.pglite.close(), target.pglite.close()]);
});
