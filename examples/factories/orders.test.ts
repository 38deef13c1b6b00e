import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findTenantViolations, forTenant } from 'hot-fixture';
import { hotFixture } from 'hot-fixture/vitest';
import { describe, expect } from 'vitest';
import { Shop } from './app.js';
import { company, customer, line, order, product } from './factories.js';

const test = hotFixture({
  url: `sqlite:${tmpdir()}/orders_test.db`,
  migrate: 'schema.sql',
  root: fileURLToPath(new URL('.', import.meta.url)),
  factories: { seed: 42, factories: [company, customer, product, order, line] },
}).extend('shop', { scope: 'file' }, async ({ url }, { onCleanup }) => {
  const shop = new Shop(url);
  onCleanup(() => shop.close());
  return shop;
});

describe('the total of an order', () => {
  test('counts pieces', async ({ shop, factories }) => {
    const book = await factories.of(product).as('priced', 250).create();
    const { id } = await factories.of(order).create();
    await factories.of(line).create({ order_id: id, product_id: book.id, pieces: 4 });
    expect(shop.total(id)).toBe(1000);
  });

  test('is a tenth less for gold', async ({ shop, factories }) => {
    const ada = await factories.of(customer).as('gold').create();
    const book = await factories.of(product).as('priced', 999).create();
    const three = line.set({ product_id: book.id, pieces: 3 });
    const { id } = await factories
      .of(order)
      .belongsTo('customer', ada)
      .hasMany('line', 1, three)
      .create();
    expect(shop.total(id)).toBe(2697);
  });
});

describe('companies', () => {
  test('do not cancel orders of each other', async ({ shop, database, factories }) => {
    const mine = await factories.of(company).create();
    const other = await factories.of(company).create();
    await forTenant(factories, mine).of(order).createMany(20);
    await forTenant(factories, mine).of(order).as('paid').createMany(5);
    await forTenant(factories, other).of(order).createMany(20);
    expect(await findTenantViolations(database)).toEqual([]);
    expect(shop.cancelAll(mine.id)).toBe(20);
  });

  test('share their customer among many orders', async ({ shop, factories }) => {
    const ada = await factories.of(customer).create();
    const orders = await factories
      .of(order)
      .recycle('customer', [ada])
      .hasMany('line', 2)
      .createMany(50);
    expect(new Set(orders.map((it) => it.customer_id))).toEqual(new Set([ada.id]));
    expect(orders.every(({ id }) => shop.total(id) > 0)).toBe(true);
  });
});
