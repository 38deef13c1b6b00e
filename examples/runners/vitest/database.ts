import { hotFixture } from 'hot-fixture/vitest';
import { options } from '../options.js';
import { Shop } from '../shop.js';

/** The `test` of this project: its database comes back after each test. */
export const test = hotFixture(options).extend(
  'shop',
  { scope: 'file' },
  async ({ url }, { onCleanup }) => {
    const shop = new Shop(url);
    onCleanup(() => shop.close());
    return shop;
  },
);
