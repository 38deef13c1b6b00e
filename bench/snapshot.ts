import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Services } from '../test/services/services.js';
import { MemoryWatch, residentMegabytes } from './memory.js';
import type { Report } from './report.js';
import { type Arena, type Contest, rows } from './snapshot/contest.js';
import type { Order } from './snapshot/copier.js';
import { mariadb } from './snapshot/mariadb.js';
import { postgresql } from './snapshot/postgresql.js';
import { sqlite } from './snapshot/sqlite.js';

const contests: readonly Contest[] = [postgresql, mariadb, sqlite];
const rounds = 5;
const copier = fileURLToPath(new URL('./snapshot/copier.ts', import.meta.url));

/** How long a table takes out of a database and into another, beside the programs of the dialect. */
export async function* snapshotBench(only?: string): AsyncGenerator<Report> {
  for (const contest of contests) {
    if (only !== undefined && only !== contest.dialect) continue;
    const services = new Services();
    const folder = await mkdtemp(join(tmpdir(), 'hfit-bench-'));
    try {
      const arena = await contest.start(services, folder);
      try {
        yield await measure(contest, arena, folder);
      } finally {
        await arena.stop();
      }
    } finally {
      await services.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function measure(contest: Contest, arena: Arena, folder: string): Promise<Report> {
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  const took = {
    ourOut: [] as number[],
    theirOut: [] as number[],
    ourIn: [] as number[],
    theirIn: [] as number[],
  };
  let memory = 0;
  const copied = async (order: Omit<Order, 'source'>) => {
    const { seconds, megabytes } = await copy({ ...order, source: arena.source });
    memory = Math.max(memory, megabytes);
    return seconds;
  };
  for (let round = 0; round < rounds; round += 1) {
    took.theirOut.push(await timed(() => arena.theirOut(theirs)));
    took.ourOut.push(await copied({ way: 'out', url: arena.source, file: ours }));
    await arena.empty();
    took.theirIn.push(await timed(() => arena.theirIn(theirs)));
    await arena.empty();
    took.ourIn.push(await copied({ way: 'in', url: arena.target, file: ours }));
    const last = (times: readonly number[]) => times.at(-1)?.toFixed(1);
    process.stderr.write(
      `${contest.dialect}, round ${round + 1} of ${rounds}: out ${last(took.ourOut)} s beside ${last(took.theirOut)} s, in ${last(took.ourIn)} s beside ${last(took.theirIn)} s\n`,
    );
  }
  const out = [median(took.ourOut), median(took.theirOut)] as const;
  const into = [median(took.ourIn), median(took.theirIn)] as const;
  const row = (name: string, [mine, other]: readonly [number, number]) => [
    name,
    mine.toFixed(2),
    other.toFixed(2),
    (mine / other).toFixed(2),
  ];
  return {
    dialect: contest.dialect,
    title: `${rows} rows of 8 columns, ${contest.dialect}: medians of ${rounds} rounds`,
    head: ['way', 'hot fixture, s', `${contest.peer}, s`, 'ratio'],
    rows: [row('out', out), row('in', into)],
    figures: {
      [contest.figures.out]: out[0] / out[1],
      [contest.figures.in]: into[0] / into[1],
      memory_mb: memory,
    },
  };
}

/** Has a new process copy, and watches its memory over what it takes when idle. */
async function copy(order: Order): Promise<{ seconds: number; megabytes: number }> {
  const child = fork(copier);
  const pid = child.pid as number;
  await once(child, 'message');
  const idle = residentMegabytes(pid);
  const watch = new MemoryWatch(pid);
  child.send(order);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the copier ended with ${code}`);
  });
  try {
    const [seconds] = (await Promise.race([once(child, 'message'), failed])) as [number];
    return { seconds, megabytes: watch.stop() - idle };
  } finally {
    watch.stop();
    await failed.catch(() => {});
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
