import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hotFixture } from 'hot-fixture/node-test';
import { options } from '../options.js';
import { Shop } from '../shop.js';

const hot = await hotFixture(options);
const shop = new Shop(hot.url);
hot.beforeClose(() => shop.close());

const emma = () => hot.fixtures.register('emma', () => shop.order('Emma', 5));

describe('a shop', () => {
  for (const round of [1, 2]) {
    test(`sells a book, round ${round}`, async () => {
      await shop.sell('Momo');
      assert.equal(await shop.stock('Momo'), 1);
    });

    test(`sells what a fixture has ordered, round ${round}`, async () => {
      const { title } = await emma();
      await shop.sell(title);
      assert.equal(await shop.stock(title), 4);
    });
  }

  test('sells in steps', async (steps) => {
    await shop.sell('Momo');
    await steps.test('one more', () => shop.sell('Momo'));
    assert.equal(await shop.stock('Momo'), 0);
  });

  test('sells no more than there is', async () => {
    await shop.sell('Momo');
    await shop.sell('Momo');
    await assert.rejects(shop.sell('Momo'), /check constraint/);
  });
});
