import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixtureContract } from './contract.js';
import { Shop, subjects } from './shop.js';

fixtureContract(subjects.postgresql);

describe.skipIf(Boolean(subjects.postgresql.missing))('fixtures on PostgreSQL', () => {
  let shop: Shop;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    shop = await Shop.open(subjects.postgresql);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => shop?.close());

  it('name the transaction that a block has left open', async () => {
    const client = new pg.Client({
      connectionString: String(shop.target),
      application_name: 'mine',
    });
    await client.connect();
    ends.push(() => client.end());
    const fixtures = shop.fixtures({ patience: 200 });
    const left = fixtures.register('open', async () => {
      await client.query('BEGIN');
      await client.query(`INSERT INTO account (name) VALUES ('not committed')`);
    });
    const error = await left.catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_FIXTURE_LEFT', cause: { code: 'HFIT_LOG_WRITER' } });
    expect(error.message).toContain('mine');
    await client.query('ROLLBACK');
    expect(await fixtures.register('open', () => shop.account('Ann'))).toMatchObject({
      name: 'Ann',
    });
    await fixtures.reset();
  });

  it('refresh what is no row, in the words of the user', async () => {
    await shop.run('CREATE MATERIALIZED VIEW total AS SELECT count(*)::text AS n FROM account');
    ends.push(() => shop.run('DROP MATERIALIZED VIEW total'));
    const client = new pg.Client({ connectionString: String(shop.target) });
    await client.connect();
    ends.push(() => client.end());
    for (const _ of ['block', 'dump']) {
      const fixtures = shop.fixtures();
      await fixtures.registerDump(
        'total',
        async (_, dump) => {
          await shop.account('Ann');
          await dump.include('REFRESH MATERIALIZED VIEW total');
        },
        { watch: [] },
      );
      expect((await client.query('SELECT n FROM total')).rows).toEqual([{ n: '1' }]);
      await fixtures.clean();
      await shop.run('REFRESH MATERIALIZED VIEW total');
    }
  });

  it('load a dump into the schema of a tenant that a hook makes', async () => {
    let runs = 0;
    for (const blocks of [1, 1]) {
      const fixtures = shop.fixtures();
      await fixtures.register('ann', () => shop.account('Ann'));
      await fixtures.registerDump(
        'tenant',
        async () => {
          runs += 1;
          await shop.run(`INSERT INTO tenant.setting VALUES (1, 'blue')`);
        },
        {
          watch: [],
          before: () =>
            shop.run(
              'CREATE SCHEMA tenant',
              'CREATE TABLE tenant.setting (id INTEGER PRIMARY KEY, color TEXT)',
            ),
        },
      );
      expect(await shop.rows('tenant.setting')).toEqual([{ id: 1, color: 'blue' }]);
      await fixtures.clean();
      expect([await shop.rows('tenant.setting'), await shop.names()]).toEqual([[], []]);
      await shop.run('DROP SCHEMA tenant CASCADE');
      expect(runs).toBe(blocks);
    }
  });
});
