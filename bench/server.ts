import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@hot-fixture/database';
import { openExtraction, parseTemplate } from '@hot-fixture/extract';
import { newMaskingKey, parseMaskingKey, parsePolicy } from '@hot-fixture/masking';
import { Children } from '../examples/shop/demo/children.js';
import { Services } from '../test/services/services.js';
import { MemoryWatch, residentMegabytes } from './memory.js';
import type { Report } from './report.js';
import { fill, policy, startDaemon, template } from './server/setting.js';

const clients = 50;
const logins = 1000;
const queue = 20;
const size = Number(process.env.HFIT_BENCH_ROWS ?? 100_000);
const bin = fileURLToPath(new URL('../packages/hfitd/bin/hfitd.js', import.meta.url));

type Daemon = Awaited<ReturnType<typeof startDaemon>>;

/** What a daemon does with many clients, with one that stalls, with logins, and with workers. */
export async function* serverBench(): AsyncGenerator<Report> {
  const services = new Services();
  const folder = await mkdtemp(join(tmpdir(), 'hfit-bench-'));
  const children = new Children(folder);
  try {
    const postgresql = await services.url('postgresql');
    const source = await fill(postgresql, 'hfit_bench_server', size);
    const sources = { shop: { url: source, dangerouslyAllowWriters: true } };
    const alone = await aloneRate(source);
    const daemon = await startDaemon(children, folder, 'alone', { sources });
    const idle = residentMegabytes(daemon.pid);
    const watch = new MemoryWatch(daemon.pid);
    const together = await stream(daemon, clients);
    const peak = watch.stop() - idle;
    const stalling = await stall(daemon);
    const beside = await stream(daemon, clients);
    stalling.destroy();
    const loginRate = await logInOften(daemon);
    const { built, cached } = await cache(daemon);
    const rate = (clients * size) / together.seconds;
    const rows: (string | number)[][] = [
      ['one masked stream without HTTP', `${Math.round(alone)} rows/s`],
      [`${clients} clients together`, `${Math.round(rate)} rows/s`],
      ['memory over idle', `${Math.round(peak)} MB`],
      ['the slowest of them', `${together.seconds.toFixed(2)} s`],
      ['the slowest while one more stalls', `${beside.seconds.toFixed(2)} s`],
      [`${logins} logins`, `${Math.round(loginRate)} /s`],
      ['a package built', `${built.toFixed(3)} s`],
      ['the same from the cache', `${cached.toFixed(3)} s`],
    ];
    const shared = {
      sources,
      store: await fill(postgresql, 'hfit_bench_store', 0),
      redis: await services.url('redis'),
      storage: join(folder, 'packages'),
    };
    const front = await startDaemon(children, folder, 'front', {
      ...{ ...shared, jobs: { atOnce: 0 } },
    });
    const seconds: number[] = [];
    for (const count of [1, 2]) {
      const taken = await workOff(folder, front, count);
      seconds.push(taken);
      rows.push([`${queue} packages, workers: ${count}`, `${taken.toFixed(1)} s`]);
    }
    yield {
      title: `hfitd, ${clients} clients of ${size} rows each, 3 of 6 columns masked, PostgreSQL`,
      head: ['what', 'figure'],
      rows,
      figures: {
        clients_vs_stream: rate / alone,
        memory_mb: peak,
        stalled: beside.seconds / together.seconds,
        cache_vs_build: cached / built,
        two_workers_vs_one: (seconds[0] as number) / (seconds[1] as number),
      },
    };
  } finally {
    await children.stop();
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows per second of one masked stream that nobody sends; the second of two, as the first warms up. */
async function aloneRate(source: string): Promise<number> {
  const database = await openDatabase(source);
  let seconds = 0;
  for (let time = 0; time < 2; time++) {
    const began = performance.now();
    const extraction = await openExtraction({
      template: parseTemplate(template, 'template'),
      parameters: { rows: size },
      sources: { databases: { shop: database }, volumes: {} },
      policy: parsePolicy(policy, 'policy'),
      maskingKey: parseMaskingKey(newMaskingKey()),
    });
    for await (const _ of extraction.lines());
    await extraction.close();
    seconds = (performance.now() - began) / 1000;
  }
  await database.close();
  return size / seconds;
}

function ask({ url, token }: Daemon): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = request(`${url}/packdownload/visits`, {
    method: 'POST',
    headers: { ...headers, accept: 'application/x-ndjson' },
    agent: false,
  });
  sent.end(JSON.stringify({ parameters: { rows: size } }));
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
}

async function stream(daemon: Daemon, count: number): Promise<{ seconds: number }> {
  const began = performance.now();
  const one = async () => {
    const response = await ask(daemon);
    if (response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}`);
    for await (const _ of response);
    if (!response.complete) throw new Error('it was cut off');
  };
  await Promise.all(Array.from({ length: count }, one));
  return { seconds: (performance.now() - began) / 1000 };
}

/** A client that asks, and takes nothing of what comes. */
async function stall(daemon: Daemon): Promise<IncomingMessage> {
  const response = await ask(daemon);
  response.on('error', () => {});
  response.pause();
  return response;
}

async function logInOften({ login }: Daemon): Promise<number> {
  const began = performance.now();
  for (let done = 0; done < logins; done += 20) {
    await Promise.all(Array.from({ length: 20 }, login));
  }
  return logins / ((performance.now() - began) / 1000);
}

async function cache(daemon: Daemon): Promise<{ built: number; cached: number }> {
  await timed(() => build(daemon, size - 1));
  const built = await timed(() => build(daemon, size));
  const cached = await timed(() => build(daemon, size));
  return { built, cached };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Asks for a package and waits for it. */
async function build({ url, token }: Daemon, rows: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ template: 'visits', parameters: { rows }, format: 'lines' });
  let answer = await fetch(`${url}/packages`, { method: 'POST', headers, body });
  for (;;) {
    const { id, state, problem } = (await answer.json()) as Record<string, string>;
    if (state === 'done') return;
    if (state !== 'queued' && state !== 'running') throw new Error(JSON.stringify(problem));
    answer = await fetch(`${url}/packages/${id}?wait=30`, { headers });
  }
}

/** Seconds that some workers take for the whole queue, from when they are there. */
async function workOff(folder: string, front: Daemon, count: number): Promise<number> {
  const workers: ChildProcess[] = [];
  for (let number = 0; number < count; number++) {
    const env = { ...process.env, HFITD_DATA_DIR: join(folder, `worker-${count}-${number}`) };
    const words = [bin, 'worker', '--config', front.config];
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const worker = spawn(process.execPath, words, { env, stdio: [...stdio] });
    workers.push(worker);
    await once(worker.stdout as NodeJS.ReadableStream, 'data');
  }
  const packages = Array.from({ length: queue }, (_, i) => build(front, size - count * queue - i));
  const seconds = await timed(async () => void (await Promise.all(packages)));
  for (const worker of workers) {
    worker.kill();
    await once(worker, 'exit');
  }
  return seconds;
}
