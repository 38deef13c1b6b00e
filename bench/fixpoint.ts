import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { untrack } from '@hot-fixture/changes';
import { type Database, openDatabase } from '@hot-fixture/database';
import { Fixpoints } from '@hot-fixture/fixpoint';
import { mariadb } from './fixpoint/mariadb.js';
import { postgresql } from './fixpoint/postgresql.js';
import { sqlite } from './fixpoint/sqlite.js';
import type { Bench, Report } from './report.js';

/** A test database of 10,000 rows in 30 tables, and the database's own tools beside us. */
export interface Field {
  readonly dialect: string;
  /** The programs that dump and load. */
  readonly peer: string;
  readonly url: string;
  /** Takes all rows away, and begins the numbering anew. */
  empty(): Promise<void>;
  /** What a small test does: 11 rows in 4 tables. */
  write(): Promise<void>;
  dump(): Promise<void>;
  load(): Promise<void>;
  stop(): Promise<void>;
}

const fields: Readonly<Record<string, (folder: string) => Promise<Field>>> = {
  postgresql,
  mariadb,
  sqlite,
};

const rounds = 7;
const smallRounds = 30;

/** How long it takes to store, restore and compare, at first and after a small test. */
export const fixpointBench: Bench = async function* (only) {
  for (const [name, start] of Object.entries(fields)) {
    if (only !== undefined && only !== name) continue;
    const folder = mkdtempSync(join(tmpdir(), 'hfit-bench-'));
    const field = await start(folder);
    try {
      yield await measure(field, folder);
    } finally {
      await field.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
};

async function measure(field: Field, folder: string): Promise<Report> {
  process.stderr.write(`${field.dialect}\n`);
  const times = new Times();
  // Both sides in turn, so that a busy machine is busy for both.
  for (let round = 0; round < rounds; round += 1) {
    await whole(field, join(folder, `fixpoints-${round}`), times);
  }
  const database = await openDatabase(field.url);
  try {
    await small(field, database, join(folder, `fixpoints-${rounds - 1}`), times);
  } finally {
    await database.close();
  }
  return report(field, times);
}

type Step = readonly [name: string, what: (fixpoints: Fixpoints) => Promise<unknown>];

/** All that has to be done where nothing is known yet: each time as in a new process. */
async function whole(field: Field, directory: string, times: Times): Promise<void> {
  const work = async (steps: readonly Step[], log: true | 'at once' = true) => {
    const database = await openDatabase(field.url);
    const fixpoints = new Fixpoints(database, { directory, ci: false, log });
    for (const [name, what] of steps) await times.of(name, () => what(fixpoints));
    await fixpoints.close();
    await untrack(database);
    await database.close();
  };
  const restore = (it: Fixpoints) => it.restore('all');
  await times.of('dump', () => field.dump());
  await work([['first store', (it) => it.store('all')]]);
  await work([['whole compare', (it) => it.compare('all')]]);
  await field.empty();
  await times.of('load', () => field.load());
  await field.empty();
  await work([
    ['first restore', restore],
    ['second restore, the log on', restore],
  ]);
  await field.empty();
  await work([['first restore, the log at once', restore]], 'at once');
}

/** One test after another, as a suite does it. */
async function small(
  field: Field,
  database: Database,
  directory: string,
  times: Times,
): Promise<void> {
  const fixpoints = new Fixpoints(database, { directory, ci: false, log: 'at once' });
  await fixpoints.restore('all');
  for (let round = 0; round < smallRounds; round += 1) {
    await field.write();
    const found = await times.of('compare after a test', () => fixpoints.difference('all'));
    if (found.equal || found.by !== 'log') throw new Error(`compared by ${found.by}`);
    const { by } = await times.of('restore after a test', () => fixpoints.restore('all'));
    if (by !== 'log') throw new Error(`restored by ${by}`);
  }
  await fixpoints.close();
  await untrack(database);
}

function report({ dialect, peer }: Field, times: Times): Report {
  const of = (name: string) => times.median(name);
  const line = (ours: string, theirs?: string) => [
    ours,
    of(ours).toPrecision(3),
    theirs === undefined ? '' : of(theirs).toPrecision(3),
  ];
  return {
    dialect,
    title: `milliseconds (median), 10,000 rows in 30 tables, ${dialect}`,
    head: ['', 'fixpoints', peer],
    rows: [
      line('first store', 'dump'),
      line('first restore', 'load'),
      line('second restore, the log on', 'load'),
      line('first restore, the log at once', 'load'),
      line('whole compare'),
      line('restore after a test'),
      line('compare after a test'),
    ],
    figures: {
      restore_small: of('restore after a test') / of('first restore'),
      compare_small: of('compare after a test') / of('whole compare'),
      store_vs_dump: of('first store') / of('dump'),
      restore_vs_load: of('first restore') / of('load'),
      // The log is switched on once for a database: by the second restore, or by the first.
      second_restore_vs_load: of('second restore, the log on') / of('load'),
      restore_at_once_vs_load: of('first restore, the log at once') / of('load'),
    },
  };
}

class Times {
  readonly #times = new Map<string, number[]>();

  async of<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    const took = performance.now() - began;
    this.#times.set(name, [...(this.#times.get(name) ?? []), took]);
    return result;
  }

  median(name: string): number {
    const all = this.#times.get(name) ?? [Number.NaN];
    return [...all].sort((a, b) => a - b)[all.length >> 1] as number;
  }
}
