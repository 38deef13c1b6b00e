import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openServer } from '@hot-fixture/database';
import { Services } from '../test/services/services.js';
import type { Bench, Report } from './report.js';
import { dumpTimes } from './suite/dump.js';
import { type Dialect, dialects, scriptOf } from './suite/shop.js';

const tests = 500;
const template = 'hfit_test_bench_template';

/** A suite of 500 tests over 30 tables and 3,000 rows, in 1 and 2 workers. */
export const suiteBench: Bench = async function* (only) {
  const services = new Services();
  const folder = await mkdtemp(join(tmpdir(), 'hfit-bench-suite-'));
  try {
    const urls: Record<string, () => Promise<string>> = {
      postgresql: () => services.url('postgresql'),
      mysql: () => services.url('mariadb'),
      sqlite: async () => `sqlite:${folder}/`,
    };
    for (const [name, url] of Object.entries(urls)) {
      if (only === undefined || only === name)
        yield await measure(dialects[name]!, await url(), folder);
    }
  } finally {
    await services.stop();
    await rm(folder, { recursive: true });
  }
};

async function measure(dialect: Dialect, url: string, root: string): Promise<Report> {
  await writeFile(join(root, 'shop.sql'), scriptOf(dialect));
  const server = await openServer(url);
  await server.drop(template);
  await server.create(template);
  await server.run(template, scriptOf(dialect));
  const times: Times[] = [];
  for (const workers of [1, 2]) {
    process.stderr.write(`${dialect.name}: ${workers} at a time\n`);
    times.push(await suite(dialect, url, root, workers));
  }
  const { built, loaded } = await dumpTimes(dialect, url, root);
  await server.drop(template);
  await server.close();

  const [one = {}, two = {}] = times;
  const of = (way: string) => one[way] ?? Number.NaN;
  const figures: Record<string, number> = {
    rewind_vs_transaction: of('rewind') / of('transaction'),
    truncate_vs_rewind: of(dialect.truncate ? 'truncate' : 'delete') / of('rewind'),
    dump_vs_block: loaded / built,
    idle_ms: of('idle'),
  };
  const seconds = (milliseconds: number) => String(Number((milliseconds / 1000).toPrecision(3)));
  const whole = (each: number | undefined, workers: number) =>
    each === undefined ? '' : seconds((each * tests) / workers);
  return {
    dialect: dialect.name,
    title: `seconds for ${tests} tests over 30 tables, ${dialect.name}: medians of 15 rounds, in which all ways take turns`,
    head: ['', '1 worker', '2 workers'],
    rows: [
      ...Object.keys(one).map((way) => [way, whole(one[way], 1), whole(two[way], 2)]),
      ['a fixture of 2 s, first run', seconds(built), ''],
      ['a fixture of 2 s, from its dump', seconds(loaded), ''],
    ],
    figures,
  };
}

/** Milliseconds for a test, by way. */
type Times = Readonly<Record<string, number>>;

/** What a test takes where so many workers are at it; of several, the longest. */
async function suite(dialect: Dialect, url: string, root: string, workers: number): Promise<Times> {
  const file = fileURLToPath(new URL('./suite/worker.ts', import.meta.url));
  const all = Array.from({ length: workers }, async (_, i) => {
    const words = ['--import', 'tsx', file, dialect.name, url, root, template, String(i + 1)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${dialect.name}: a worker ended with ${code}`);
    return JSON.parse(output) as Times;
  });
  const found = await Promise.all(all);
  const ways = Object.keys(found[0] ?? {});
  return Object.fromEntries(
    ways.map((way) => [way, Math.max(...found.map((times) => times[way] ?? 0))]),
  );
}
