import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnyFixture, openWorker } from '@hot-fixture/anyfixture';
import type { Dialect } from './shop.js';

/** In milliseconds: what the block takes. */
const block = 2000;

/**
 * A fixture of 700 rows that takes 2 seconds to build, in two runs: the first one runs the block, the
 * second one loads the dump.
 * @returns milliseconds of both
 */
export async function dumpTimes(
  dialect: Dialect,
  url: string,
  root: string,
): Promise<{ built: number; loaded: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'hfit-bench-dumps-'));
  const there = await openWorker({ url, root, name: 'bench', worker: 'dump', migrate: 'shop.sql' });
  const connection = await dialect.connect(there.url);
  const run = async () => {
    const fixtures = new AnyFixture(there.database, { dumps: { folder, watch: [] } });
    await fixtures.checkpoint('empty');
    const began = performance.now();
    await fixtures.registerDump(
      'orders',
      async () => {
        const until = performance.now() + block;
        for (let i = 0; i < 100; i += 1) {
          const [id] = await connection.run(
            `INSERT INTO orders (customer_id, state) VALUES (${i + 1}, 'new') RETURNING id`,
          );
          const items = Array.from({ length: 6 }, (_, n) => `(${id}, ${n + 1}, 1)`);
          await connection.run(
            `INSERT INTO item (order_id, product_id, amount) VALUES ${items.join(', ')}`,
          );
        }
        await sleep(Math.max(0, until - performance.now()));
        return 100;
      },
      { watch: [join(root, 'shop.sql')] },
    );
    const took = performance.now() - began;
    await fixtures.reset();
    await fixtures.close();
    return took;
  };
  try {
    return { built: await run(), loaded: await run() };
  } finally {
    await connection.close();
    await there.close();
    await rm(folder, { recursive: true });
  }
}
