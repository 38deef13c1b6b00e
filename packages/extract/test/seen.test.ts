import { HfitError } from '@hot-fixture/errors';
import { parsePolicy } from '@hot-fixture/masking';
import { describe, expect, it } from 'vitest';
import { policyText, rowsOf, shopAndTarget, subsetOf, template, withExtraction } from './shop.js';

const shops = shopAndTarget();

type Request = Parameters<typeof withExtraction>[1];

const only = (...tables: string[]): Request => ({
  sees: (source, database, table) =>
    `${source} ${database}` === 'shop public' && tables.includes(table),
});

async function refused(request: Request): Promise<HfitError> {
  const error = await withExtraction(shops.shop, request, (it) => rowsOf(it.dataset())).catch(
    (it) => it,
  );
  expect(error).toBeInstanceOf(HfitError);
  return error;
}

const rows = (table: string) =>
  `  rows.sql: { type: table-data, data: { dbms: shop, table: ${table}, filter: "id < 3" } }`;

describe('a table that is not there for who asks', () => {
  it('is answered for like one that is absent, in every place that can name it', async () => {
    const places = (name: string) => [
      template(rows(name)),
      template(subsetOf(name, 'id = 1')),
      template(`  made.sql: { type: table-create, data: { dbms: shop, tablelist: [${name}] } }`),
      template(
        rows('coupon'),
        `prepare:\n  - { setVar: x, from: hot-data, hdata: { type: dbquery, dbms: shop, query: "SELECT id FROM ${name} WHERE id = 1" } }\n`,
      ),
    ];
    const absent = places('no_table');
    for (const [i, named] of places('customer').entries()) {
      const it = await refused({ ...only('coupon', 'orders'), template: named });
      const other = await refused({ ...only('coupon', 'orders'), template: absent[i] as never });
      expect(it.code).toBe('HFIT_TABLE_UNKNOWN');
      expect(JSON.stringify(it).replaceAll('customer', 'no_table')).toBe(JSON.stringify(other));
      expect(it.todo).toContain('coupon');
      expect(it.todo).not.toContain('customer');
    }
  });

  it('is refused before the first row where rows point to it, and its name is not told', async () => {
    for (const text of [subsetOf('orders', 'id = 1'), rows('orders')]) {
      const error = await refused({ ...only('orders', 'coupon'), template: template(text) });
      expect(error.code).toBe('HFIT_TARGET_UNKNOWN');
      expect(JSON.stringify(error)).toContain('customer_id');
      expect(JSON.stringify(error)).not.toContain('to customer');
    }
  });

  it('is refused where what is made would point to it', async () => {
    const made = '  made.sql: { type: table-create, data: { dbms: shop, tablelist: [item] } }';
    const error = await refused({ ...only('item', 'orders'), template: template(made) });
    expect(error.code).toBe('HFIT_TARGET_UNKNOWN');
  });

  it('is not needed where the policy denies what points to it', async () => {
    const policy = parsePolicy(policyText).stricter(({ column }) => column.name === 'keeper_id');
    const request = { ...only('customer'), template: template(rows('customer')) };
    expect((await refused(request)).code).toBe('HFIT_TARGET_UNKNOWN');
    const found = await withExtraction(shops.shop, { ...request, policy }, async (it) => {
      expect(it.warnings.join()).not.toMatch(/employee|department/);
      return rowsOf(it.dataset());
    });
    expect(Object.keys(found)).toEqual(['customer']);
    expect(found.customer).toHaveLength(2);
  });

  it('is not needed for a subset that makes no table either, as its refusal advises', async () => {
    const policy = parsePolicy(policyText).stricter(({ column }) => column.name === 'keeper_id');
    const subset = subsetOf('customer', 'id = 1');
    const request = { ...only('customer'), policy, template: template(subset) };
    expect((await refused(request)).todo).toMatch(
      /keeper_id may be null, have it denied .*"create: none"/,
    );
    const none = template(subset.replace(/\}\s*\}\s*$/, ', create: none } }'));
    const found = await withExtraction(shops.shop, { ...request, template: none }, (it) =>
      rowsOf(it.dataset()),
    );
    expect(found.customer).toHaveLength(1);
  });
});
