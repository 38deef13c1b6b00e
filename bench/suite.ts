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
/** Ways that take long run so many tests, and are told as if it had been all. */
const fewer = Number(process.env.HFIT_BENCH_SLOW_TESTS ?? 20);
const template = 'hfit_test_bench_template';
const ways = ['rewind', 'transaction', 'truncate', 'delete', 'clone', 'idle'] as const;
const quick: readonly string[] = ['rewind', 'transaction', 'idle'];

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
  const times = new Map<string, number[]>();
  for (const way of ways) {
    if (way === 'truncate' && !dialect.truncate) continue;
    const count = quick.includes(way) ? tests : fewer;
    times.set(way, []);
    for (const workers of [1, 2]) {
      process.stderr.write(`${dialect.name}: ${way}, ${workers} at a time\n`);
      const each = Math.ceil(count / workers);
      const took = await suite(dialect, url, root, way, workers, each);
      times.get(way)!.push((took * tests) / (each * workers));
    }
  }
  const { built, loaded } = await dumpTimes(dialect, url, root);
  await server.drop(template);
  await server.close();

  const of = (way: string) => times.get(way)?.[0] ?? Number.NaN;
  const figures: Record<string, number> = {
    rewind_vs_transaction: of('rewind') / of('transaction'),
    truncate_vs_rewind: of(dialect.truncate ? 'truncate' : 'delete') / of('rewind'),
    dump_vs_block: loaded / built,
    idle_ms: of('idle') / tests,
  };
  const seconds = (milliseconds: number) => String(Number((milliseconds / 1000).toPrecision(3)));
  return {
    dialect: dialect.name,
    title: `seconds for ${tests} tests over 30 tables, ${dialect.name}; all but rewind, transaction and idle from ${fewer} tests`,
    head: ['', '1 worker', '2 workers'],
    rows: [
      ...[...times].map(([way, [one = 0, two = 0]]) => [way, seconds(one), seconds(two)]),
      ['a fixture of 2 s, first run', seconds(built), ''],
      ['a fixture of 2 s, from its dump', seconds(loaded), ''],
    ],
    figures,
  };
}

/** Milliseconds until the last worker has done its tests, without the start of the processes. */
async function suite(
  dialect: Dialect,
  url: string,
  root: string,
  way: string,
  workers: number,
  each: number,
): Promise<number> {
  const file = fileURLToPath(new URL('./suite/worker.ts', import.meta.url));
  const all = Array.from({ length: workers }, async (_, i) => {
    const words = ['--import', 'tsx', file, dialect.name, url, root, way, template];
    const child = spawn(process.execPath, [...words, String(i + 1), String(each)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${dialect.name}, ${way}: a worker ended with ${code}`);
    return (JSON.parse(output) as { milliseconds: number }).milliseconds;
  });
  return Math.max(...(await Promise.all(all)));
}
