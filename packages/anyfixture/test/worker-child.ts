import { openWorker } from '../src/index.js';
import { inserted, rowsOf } from './worker-rows.js';

/**
 * A worker: so many tests, one after the other. Each has to find the rows of the template alone, and
 * leaves its own. It says `begun` when it is in the middle of its first one.
 */
const [url = '', name = '', root = '', worker = '', tests = ''] = process.argv.slice(2);
const there = await openWorker({ url, name, root, worker, migrate: 'schema.sql', leaks: 'fail' });
for (let test = 0; test < Number(tests); test += 1) {
  await there.beforeTest('suite');
  const before = await rowsOf(there.database);
  if (before.join() !== 'template') throw new Error(`worker ${worker} saw ${before.join()}`);
  await inserted(there.database, `worker ${worker} test ${test}`);
  if (test === 0) process.stdout.write(`begun ${there.name}\n`);
  const after = await rowsOf(there.database);
  if (after.length !== 2) throw new Error(`worker ${worker} saw ${after.join()}`);
  await there.afterTest();
}
await there.close();
process.stdout.write('done\n');
