import { openServer } from '../src/index.js';

/** Holds a lock until it is killed. */
const [url = '', key = ''] = process.argv.slice(2);
const server = await openServer(url);
await server.lock(key);
process.stdout.write('held\n');
setInterval(() => {}, 1000);
