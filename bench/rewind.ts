import { performance } from 'node:perf_hooks';
import type { Bench, Report } from './report.js';
import { mariadb } from './rewind/mariadb.js';
import { postgresql } from './rewind/postgresql.js';
import { sqlite } from './rewind/sqlite.js';

/** A test database of 30 tables with foreign keys, twice: one has a change log, one has none. */
export interface Place {
  /** The writes of a test: 11 rows in 4 tables, inserted, updated and deleted. */
  write(side: Side): Promise<void>;
  /** Inserts 100,000 rows into one table. */
  bulk(side: Side): Promise<void>;
  /** Takes all back by the log, on its side. */
  rewind(): Promise<void>;
  /** Takes back what `write` did, as somebody would write it by hand: one query, no log. */
  undo(): Promise<void>;
  /** Takes back what `bulk` did on the side without a log. */
  unbulk(): Promise<void>;
  begin(): Promise<void>;
  rollback(): Promise<void>;
  /** Puts back what a rollback does not: sequences. */
  afterRollback(): Promise<void>;
  /** Ways of others to get back, which cost the same whatever a test wrote: done a few times. */
  readonly others: Readonly<Record<string, () => Promise<void>>>;
  drop(): Promise<void>;
}

export type Side = 'log' | 'plain';

export interface Subject {
  readonly dialect: string;
  /** @param largest how many rows the largest table has */
  place(largest: number): Promise<Place>;
  stop(): Promise<void>;
}

/** Each starts its server when it is its turn. */
const subjects: Readonly<Record<string, () => Promise<Subject>>> = { postgresql, mariadb, sqlite };

const small = 20_000;
const large = 1_000_000;
const rounds = 300;
const slowRounds = 3;
/** In milliseconds. */
const long = 20_000;

/** How long it takes to get back to the state before a test. */
export const rewindBench: Bench = async function* (only) {
  for (const [name, start] of Object.entries(subjects)) {
    if (only !== undefined && only !== name) continue;
    const subject = await start();
    try {
      yield await measure(subject);
    } finally {
      await subject.stop();
    }
  }
};

async function measure(subject: Subject): Promise<Report> {
  const bySize: Record<number, Record<string, number>> = {};
  for (const size of [small, large]) {
    process.stderr.write(`${subject.dialect}: ${size} rows in the largest table\n`);
    const place = await subject.place(size);
    bySize[size] = {};
    for (const part of [quick, rollback, bulk, slow]) {
      Object.assign(bySize[size], await part(place));
    }
    await place.drop();
  }
  const [few, many] = [bySize[small] ?? {}, bySize[large] ?? {}];
  const ratio = (a: number | undefined, b: number | undefined) =>
    (a ?? Number.NaN) / (b ?? Number.NaN);
  const figures: Record<string, number> = {
    rewind_vs_undo: Math.max(ratio(few.rewind, few.undo), ratio(many.rewind, many.undo)),
    rewind_growth: ratio(many.rewind, few.rewind),
    tracked_writes: ratio(many['writes, log'], many['writes, no log']),
    tracked_bulk: ratio(many['bulk insert, log'], many['bulk insert, no log']),
  };
  if (many.clone) figures.clone_vs_rewind = ratio(many.clone, many.rewind);
  return {
    dialect: subject.dialect,
    title: `milliseconds (median) to take back 11 rows in 4 of 30 tables, ${subject.dialect}`,
    head: ['', `${small} rows`, `${large} rows`],
    rows: Object.keys(many).map((name) => [name, text(few[name]), text(many[name])]),
    figures,
  };
}

/** What takes little, in turn, so that a busy machine is busy for all of them. */
async function quick(place: Place): Promise<Record<string, number>> {
  const times = new Times();
  for (let round = 0; round < rounds; round += 1) {
    await times.of('writes, no log', () => place.write('plain'));
    await times.of('undo', () => place.undo());
    await times.of('writes, log', () => place.write('log'));
    await times.of('rewind', () => place.rewind());
  }
  return times.medians();
}

/**
 * Not among the others: the side without a log would be written to twice as often, and what was
 * used last is in the caches of the machine.
 */
async function rollback(place: Place): Promise<Record<string, number>> {
  const times = new Times();
  for (let round = 0; round < rounds; round += 1) {
    await place.begin();
    await place.write('plain');
    await times.of('rollback', () => place.rollback());
    await place.afterRollback();
  }
  return times.medians();
}

async function bulk(place: Place): Promise<Record<string, number>> {
  const times = new Times();
  for (let round = 0; round < slowRounds; round += 1) {
    await times.of('bulk insert, no log', () => place.bulk('plain'));
    await place.unbulk();
    await times.of('bulk insert, log', () => place.bulk('log'));
    await times.of('rewind of bulk insert', () => place.rewind());
  }
  return times.medians();
}

async function slow(place: Place): Promise<Record<string, number>> {
  const times = new Times();
  for (let round = 0; round < slowRounds; round += 1) {
    for (const [name, work] of Object.entries(place.others)) {
      // What takes that long is told well enough by one round.
      if (round === 0 || times.longest(name) < long) await times.of(name, work);
    }
  }
  return times.medians();
}

class Times {
  readonly #times = new Map<string, number[]>();

  async of(name: string, work: () => Promise<void>): Promise<void> {
    const began = performance.now();
    await work();
    const took = performance.now() - began;
    const all = this.#times.get(name);
    if (all) all.push(took);
    else this.#times.set(name, [took]);
  }

  longest(name: string): number {
    return Math.max(...(this.#times.get(name) ?? [0]));
  }

  medians(): Record<string, number> {
    return Object.fromEntries([...this.#times].map(([name, all]) => [name, median(all)]));
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function text(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : String(Number(milliseconds.toPrecision(3)));
}
