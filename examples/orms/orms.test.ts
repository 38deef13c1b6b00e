import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { track } from '@hot-fixture/changes';
import { HotFixture, openDatabase } from 'hot-fixture';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../test/services/index.js';
import { withDrizzle } from './drizzle.js';
import { withKnex } from './knex.js';
import { withKysely } from './kysely.js';
import { withMikroOrm } from './mikro-orm.js';
import { withPrisma } from './prisma.js';
import { withSequelize } from './sequelize.js';
import type { Shop } from './shop.js';
import { withTypeorm } from './typeorm.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const mappers: Record<string, (url: string) => Promise<Shop>> = {
  Kysely: withKysely,
  Drizzle: withDrizzle,
  Knex: withKnex,
  TypeORM: withTypeorm,
  Sequelize: withSequelize,
  MikroORM: withMikroOrm,
  Prisma: withPrisma,
};

describe.skipIf(!services.postgresql)('Hot Fixture beside', () => {
  let place: FreshDatabase;
  let hot: HotFixture;
  beforeAll(async () => {
    place = await freshPostgresql();
    generatePrismaClient();
    const migrate = '../runners/migrations/*.sql';
    hot = await new HotFixture({ url: place.url, name: 'orms', root: here('.'), migrate }).open();
  });
  afterAll(async () => {
    await hot.close();
    await place.drop();
  });

  it.each(Object.keys(mappers))('%s: takes back what it has committed', async (name) => {
    const shop = await mappers[name]!(hot.url);
    for (const round of [1, 2]) {
      await hot.beforeTest(name);
      await shop.sell('Momo');
      expect(await shop.stock('Momo'), `round ${round}`).toBe(1);
      const { id } = await hot.fixtures.register(name, () => shop.order(name, 5));
      expect(Number(id)).toBeGreaterThan(1);
      await shop.sell(name);
      expect(await shop.stock(name)).toBe(4);
      await hot.afterTest();
    }
    // The fixture stays, as it was built.
    expect(await shop.stock(name)).toBe(5);
    expect(await shop.stock('Momo')).toBe(2);
    await shop.close();
  });

  it('works on the pool of Kysely, Drizzle or Prisma, too', async () => {
    const pool = new pg.Pool({ connectionString: hot.url, max: 3 });
    const database = await openDatabase(pool);
    const log = await track(database);
    await log.checkpoint('on a pool');
    await pool.query(`UPDATE book SET stock = 0 WHERE title = 'Momo'`);
    await log.rewind('on a pool');
    const { rows } = await pool.query(`SELECT stock FROM book WHERE title = 'Momo'`);
    expect(rows).toEqual([{ stock: 2 }]);
    await log.close();
    await database.close();
    await pool.end();
  });
});

/** It is made of the schema, needs no engine, and is not in the repository. */
function generatePrismaClient(): void {
  const cli = here('../../node_modules/prisma/build/index.js');
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, 'generate', '--schema', 'prisma/schema.prisma'],
    {
      cwd: here('.'),
      encoding: 'utf8',
      // Prisma would download an engine for migrations, which this command does not use.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (status !== 0) throw new Error(stderr);
}
