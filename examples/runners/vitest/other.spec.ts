import { expect } from 'vitest';
import { test } from './database.js';

test('finds nothing of other files', async ({ shop }) => {
  expect(await shop.stock('Ronja')).toBeUndefined();
  expect(await shop.stock('Momo')).toBe(2);
});
