import { any } from 'hot-fixture';
import { describe, expect } from 'vitest';
import type { Shop } from '../shop.js';
import { test } from './database.js';

const emma = (shop: Shop) => () => shop.order('Emma', 5);

describe.each([1, 2])('a shop, round %i', () => {
  test('sells a book', async ({ shop }) => {
    await shop.sell('Momo');
    expect(await shop.stock('Momo')).toBe(1);
  });

  test('sells what a fixture has ordered', async ({ shop, fixtures }) => {
    const { title } = await fixtures.register('emma', emma(shop));
    await shop.sell(title);
    expect(await shop.stock(title)).toBe(4);
  });

  test('leaves the state that was stored', async ({ shop, database, fixtures }) => {
    await fixtures.register('emma', emma(shop));
    await shop.sell('Emma');
    await expect(database).toMatchFixpoint('emma_sold', { volatile: { sale: { at: any() } } });
  });
});

test.beforeAll(async ({ shop }) => {
  await shop.order('Ronja', 1);
});

test('finds what a hook before all tests has ordered', async ({ shop }) => {
  await shop.sell('Ronja');
  expect(await shop.stock('Ronja')).toBe(0);
});
