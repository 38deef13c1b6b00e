import assert from 'node:assert/strict';
import { Shop } from '../shop.js';
import { hot } from './database.js';

it('a shop sells in another file, too', async () => {
  const shop = new Shop(hot.url);
  await shop.sell('Momo');
  assert.equal(await shop.stock('Momo'), 1);
  await shop.close();
});
