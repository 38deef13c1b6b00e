import assert from 'node:assert/strict';
import { Shop } from '../shop.js';
import { hot } from './database.js';

// Where Mocha runs in one process, the database is there until the hooks of all files have run.
let shop;
before(() => {
  shop = new Shop(hot.url);
});
after(() => shop.close());

it('a shop of the file sells a book', async () => {
  await shop.sell('Momo');
  assert.equal(await shop.stock('Momo'), 1);
});
