import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@hot-fixture/database';
import { AnyFixture } from '../src/index.js';

/*
 * A process of its own that wants a dump. Its block says so in a file, and takes its time.
 * Arguments: the URL, the folder, the file, and how long, in milliseconds.
 */
const [url = '', folder = '', told = '', time = '0'] = process.argv.slice(2);
const database = await openDatabase(url);
const fixtures = new AnyFixture(database, { dumps: { folder, watch: [] } });
const value = await fixtures.registerDump(
  'slow',
  async () => {
    await appendFile(told, `${process.pid}\n`);
    await sleep(Number(time));
    await database.transaction((it) => it.run(`INSERT INTO account (name) VALUES ('Ann')`));
    return process.pid;
  },
  { watch: [] },
);
await fixtures.clean();
await fixtures.close();
await database.close();
process.stdout.write(`${value}`);
