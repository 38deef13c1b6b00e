import assert from 'node:assert/strict';
import { Shop } from '../shop.js';
import { hot } from './database.js';

describe('a shop', () => {
  let shop;
  before(() => {
    shop = new Shop(hot.url);
  });
  after(() => shop.close());

  for (const round of [1, 2]) {
    it(`sells a book, round ${round}`, async () => {
      await shop.sell('Momo');
      assert.equal(await shop.stock('Momo'), 1);
    });

    it(`sells what a fixture has ordered, round ${round}`, async () => {
      const { title } = await hot.fixtures.register('emma', () => shop.order('Emma', 5));
      await shop.sell(title);
      assert.equal(await shop.stock(title), 4);
    });
  }
});
