/** Streams all tables of the bench, masked, and tells how much memory that took over an idle process. */
import { performance } from 'node:perf_hooks';
import { openDatabase } from '@hot-fixture/database';
import { parseTemplate } from '@hot-fixture/extract';
import { MemoryWatch, residentMegabytes } from '../memory.js';
import { everything, masks, policyText } from './shop.js';
import { stream } from './stream.js';

const database = await openDatabase(process.argv[2] as string);
await database.introspect();
const idle = residentMegabytes(process.pid);
const watch = new MemoryWatch(process.pid);
const began = performance.now();
const rows = await stream(database, parseTemplate(everything), policyText(masks));
const seconds = (performance.now() - began) / 1000;
process.stdout.write(JSON.stringify({ rows, seconds, memory: watch.stop() - idle }));
await database.close();
