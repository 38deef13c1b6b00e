import { performance } from 'node:perf_hooks';
import { openWorker } from '@hot-fixture/anyfixture';
import { openServer } from '@hot-fixture/database';
import { type Connection, dialects, order, seed, tables } from './shop.js';

/*
 * One worker of a suite. Arguments: the dialect, the URL, the folder of the migrations, the way back
 * after each test, the template, the number of the worker, how many tests.
 */
const [name = '', url = '', root = '', way = '', template = '', worker = '', count = ''] =
  process.argv.slice(2);
const dialect = dialects[name]!;
const tests = Number(count);
const all = async ({ run }: Connection, statements: readonly string[]) => {
  for (const statement of statements) await run(statement);
};

if (way === 'rewind' || way === 'idle') await byRewind();
else await byOthers();

async function byRewind(): Promise<void> {
  const there = await openWorker({ url, root, worker, name: 'bench', migrate: 'shop.sql' });
  const connection = await dialect.connect(there.url);
  const began = performance.now();
  const each: number[] = [];
  for (let test = 0; test < tests; test += 1) {
    const start = performance.now();
    await there.beforeTest('suite');
    if (way === 'rewind') await order(connection, test);
    await there.afterTest();
    each.push(performance.now() - start);
  }
  const median = each.sort((a, b) => a - b)[tests >> 1] as number;
  // What takes so little is told by its median: all else that the machine does would be in the sum.
  tell(way === 'idle' ? median * tests : performance.now() - began);
  await connection.close();
  await there.close();
}

/** What people do today; their databases are made beforehand, and have no log. */
async function byOthers(): Promise<void> {
  const server = await openServer(url);
  const own = `hfit_test_bench_${way}_${worker}`;
  await server.drop(own);
  await server.copy(template, own);
  const target = (await server.open(own)).url;
  let connection = await dialect.connect(target);
  const began = performance.now();
  for (let test = 0; test < tests; test += 1) {
    if (way === 'transaction') await connection.run('BEGIN');
    await order(connection, test);
    if (way === 'transaction') await connection.run('ROLLBACK');
    if (way === 'delete') await all(connection, [...dialect.deleteAll(tables), ...seed]);
    if (way === 'truncate') await all(connection, [...dialect.truncate!(tables), ...seed]);
    if (way === 'clone') {
      await connection.close();
      await server.drop(own);
      await server.copy(template, own);
      connection = await dialect.connect(target);
    }
  }
  tell(performance.now() - began);
  await connection.close();
  await server.drop(own);
  await server.close();
}

function tell(milliseconds: number): void {
  process.stdout.write(`${JSON.stringify({ milliseconds })}\n`);
}
