import { expect, it } from 'vitest';
import { Shop } from './shop.js';

it('a change of the schema costs the log one restore, in this process and in those after it', async () => {
  const shop = new Shop();
  try {
    const fixpoints = await shop.open();
    await fixpoints.store('a');
    await fixpoints.restore('a');
    shop.run('ALTER TABLE users ADD extra INT');
    await fixpoints.store('a');
    expect(await fixpoints.restore('a')).toMatchObject({ by: 'whole database' });
    for (const it of [fixpoints, await shop.open()]) {
      expect(await it.restore('a')).toEqual({ by: 'log', reason: '' });
      await it.close();
    }
  } finally {
    await shop.close();
  }
});
