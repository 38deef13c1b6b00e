import { hotFixture } from 'hot-fixture/jest';
import { options } from '../options.js';
import { Shop } from '../shop.js';

const hot = hotFixture(options);
let shop;
beforeAll(() => {
  shop = new Shop(hot.url);
  hot.beforeClose(() => shop.close());
});

describe('another shop', () => {
  test.each([1, 2])('sells a book, round %i', async () => {
    await shop.sell('Momo');
    expect(await shop.stock('Momo')).toBe(1);
  });

  test.each([1, 2])('sells what a fixture has ordered, round %i', async () => {
    const { title } = await hot.fixtures.register('emma', () => shop.order('Emma', 5));
    await shop.sell(title);
    expect(await shop.stock(title)).toBe(4);
  });
});
