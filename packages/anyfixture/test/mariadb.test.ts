import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureContract } from './contract.js';
import { Shop, subjects } from './shop.js';

fixtureContract(subjects.mariadb);

/** They cannot be kept from firing: what would make them do so is not done. */
describe.skipIf(Boolean(subjects.mariadb.missing))('fixtures beside triggers of users', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(subjects.mariadb, [
      'CREATE TABLE audit (what VARCHAR(40))',
      'CREATE TRIGGER told AFTER INSERT ON account FOR EACH ROW INSERT INTO audit VALUES (NEW.name)',
    ]);
  });
  afterAll(() => shop?.close());

  it('are cleaned, and a dump gives way to its block', async () => {
    for (const how of [
      'its dump was written',
      /^its dump was not used: triggers of table account/,
    ]) {
      const fixtures = shop.fixtures();
      await fixtures.registerDump('ann', () => shop.account('Ann'), { watch: [] });
      expect((await shop.rows('audit')).length).toBe(1);
      expect(fixtures.report().fixtures[0]?.how.join()).toMatch(how);
      await fixtures.clean();
      expect(await shop.names()).toEqual([]);
      expect(await shop.rows('audit')).toEqual([]);
    }
  });
});
