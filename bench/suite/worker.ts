import { performance } from 'node:perf_hooks';
import { openWorker } from '@hot-fixture/anyfixture';
import { openServer } from '@hot-fixture/database';
import { dialects, order, seed, tables } from './shop.js';

/*
 * One worker of a suite, which goes from way to way in rounds, so that a busy machine is busy for all
 * of them. Arguments: the dialect, the URL, the folder of the migrations, the template, the number of
 * the worker.
 */
const [name = '', url = '', root = '', template = '', worker = ''] = process.argv.slice(2);
const rounds = 15;
const dialect = dialects[name]!;
const server = await openServer(url);

const there = await openWorker({ url, root, worker, name: 'bench', migrate: 'shop.sql' });
const tracked = await dialect.connect(there.url);

/** A database without a log, as those of the other ways. */
async function plain(way: string) {
  const database = `hfit_test_bench_${way}_${worker}`;
  await server.drop(database);
  await server.copy(template, database);
  const target = (await server.open(database)).url;
  return { database, target, connection: await dialect.connect(target) };
}
const shared = await plain('shared');
const cloned = await plain('cloned');
const all = async (statements: readonly string[]) => {
  for (const statement of statements) await shared.connection.run(statement);
};

const ways: Record<string, { tests: number; test: (n: number) => Promise<void> }> = {
  rewind: {
    tests: 30,
    async test(n) {
      await there.beforeTest('suite');
      await order(tracked, n);
      await there.afterTest();
    },
  },
  transaction: {
    tests: 30,
    async test(n) {
      await shared.connection.run('BEGIN');
      await order(shared.connection, n);
      await shared.connection.run('ROLLBACK');
    },
  },
  idle: {
    tests: 30,
    async test() {
      await there.beforeTest('suite');
      await there.afterTest();
    },
  },
  ...(dialect.truncate && {
    truncate: {
      tests: 2,
      async test(n: number) {
        await order(shared.connection, n);
        await all([...dialect.truncate!(tables), ...seed]);
      },
    },
  }),
  delete: {
    tests: 2,
    async test(n) {
      await order(shared.connection, n);
      await all([...dialect.deleteAll(tables), ...seed]);
    },
  },
  clone: {
    tests: 2,
    async test(n) {
      await order(cloned.connection, n);
      await cloned.connection.close();
      await server.drop(cloned.database);
      await server.copy(template, cloned.database);
      cloned.connection = await dialect.connect(cloned.target);
    },
  },
};

const times = new Map<string, number[]>(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [way, { tests, test }] of Object.entries(ways)) {
    const began = performance.now();
    for (let i = 0; i < tests; i += 1) await test(round * tests + i);
    times.get(way)?.push((performance.now() - began) / tests);
  }
}
const medians = [...times].map(([way, found]) => [
  way,
  found.sort((a, b) => a - b)[found.length >> 1],
]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(medians))}\n`);

await tracked.close();
await there.close();
for (const { connection, database } of [shared, cloned]) {
  await connection.close();
  await server.drop(database);
}
await server.close();
