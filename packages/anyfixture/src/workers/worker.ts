import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { track } from '@hot-fixture/changes';
import {
  type Database,
  openDatabase,
  openServer,
  type Server,
  type ServerLock,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { AnyFixture } from '../any-fixture.js';
import type { FixtureOptions } from '../options.js';
import { Between, type ResetUse } from './between.js';
import { fresh, keepDatabase } from './keep.js';
import { type Plan, planOf } from './migrations.js';
import { aside, databaseKey, Names, projectOf, runKey, runPart, workerPart } from './names.js';
import { assertOptions, sayer, type WorkerOptions } from './options.js';
import { ResetReport } from './reset-report.js';
import { sweep } from './sweep.js';
import { ensureTemplate, visitorsAfter, visitorsAsText } from './template.js';

export interface TestOutcome {
  /** What the runner calls the test. */
  readonly title?: string;
  readonly failed?: boolean;
}

interface Place {
  readonly server: Server;
  readonly names: Names;
  readonly plan: Plan;
  readonly template: string;
  readonly name: string;
  readonly lock: ServerLock;
  readonly run: string;
  /** Somebody leads the run, so the database is there for the next file of this worker. */
  readonly isLed: boolean;
}

/**
 * The database of one worker: a copy of the template, which comes back after each test. Made by
 * `openWorker`.
 */
export class WorkerDatabase<Values extends object = Record<never, never>> {
  readonly name: string;
  /** Empty where no URL leads to it. */
  readonly url: string;
  /** The URL, or the handle of an embedded database: for the code under test. */
  readonly target: string | object;
  readonly database: Database;
  readonly fixtures: AnyFixture<Values>;
  readonly #place: Place;
  readonly #options: WorkerOptions<Values>;
  readonly #between: Between;
  #suite: unknown = {};
  /** Whether what the last test wrote may still be there. */
  #isLeft = false;
  #closed: Promise<void> | null = null;

  constructor(
    place: Place,
    options: WorkerOptions<Values>,
    opened: { url: string; target: string | object; database: Database },
    fixtures: AnyFixture<Values>,
    between: Between,
  ) {
    this.name = place.name;
    this.url = opened.url;
    this.target = opened.target;
    this.database = opened.database;
    this.fixtures = fixtures;
    this.#place = place;
    this.#options = options;
    this.#between = between;
  }

  /** Which strategies brought the database back between tests, and what they cost. */
  get resets(): readonly ResetUse[] {
    return this.#between.uses;
  }

  /**
   * Before each test. What hooks have written before the first test of a suite stays for its tests.
   * @param suite the same for tests of one suite; without one, each test begins with what is there
   */
  async beforeTest(suite: unknown = {}): Promise<void> {
    this.#assertOpen();
    // Rows of hooks go with it: one that is missing fails a test, one too many may please it.
    if (this.#isLeft) await this.#bringBack();
    if (suite !== this.#suite) await this.#between.baseline();
    this.#suite = suite;
    await this.#between.before();
  }

  /**
   * After each test: puts the database back. Where databases of failed tests are kept, it prints the
   * URL of a copy.
   * @throws HFIT_LOG_WRITER where another connection's transaction is open: it is named
   */
  async afterTest({ title = 'a test', failed = false }: TestOutcome = {}): Promise<void> {
    this.#assertOpen();
    if (failed && this.#keeps) await this.#keep(title);
    await this.#bringBack();
  }

  async #bringBack(): Promise<void> {
    this.#isLeft = true;
    await this.#between.after();
    this.#isLeft = false;
  }

  /** The reset goes on, whatever becomes of this: the next test is not to see what this one wrote. */
  async #keep(title: string): Promise<void> {
    const { server, template, name } = this.#place;
    const say = sayer(this.#options);
    const test = `the database of the failed test "${title}"`;
    if (this.#between.strategy === 'transaction') {
      return say(`${test} is rolled back, and cannot be kept: the strategy is transaction`);
    }
    try {
      const options = trackOptions(this.#options, name);
      const url = await keepDatabase({ server, template, name, database: this.database, options });
      if (url !== null) say(`${test} is kept: ${url}`);
      else say(`${test} lives in memory, and cannot be kept`);
    } catch (error) {
      say(`${test} could not be kept: ${(error as Error).message}`);
    }
  }

  get #keeps(): boolean {
    const { HFIT_KEEP: keep = '' } = process.env;
    return this.#options.keep ?? (keep !== '' && keep !== '0');
  }

  /**
   * Ends the connections, and drops the database unless the run goes on with it.
   * @throws HFIT_WORKER_LEAK where `leaks` is `fail`
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { server, lock } = this.#place;
    try {
      await this.fixtures.close();
      await this.database.close();
      await ResetReport.write(this.#options.report, this.#between, this.name);
      await this.#tellLeaks();
    } finally {
      await this.#remove().finally(async () => {
        await lock.release();
        await server.close();
      });
    }
  }

  /** Unless the next file of this worker goes on with it. */
  async #remove(): Promise<void> {
    const { server, name, isLed, run } = this.#place;
    if (isLed && (await server.held([runKey(run)])).has(runKey(run))) return;
    await server.drop(name);
    await server.drop(aside(name));
    await rm(reloadFolder(name), { recursive: true, force: true });
  }

  async #tellLeaks(): Promise<void> {
    const { leaks = 'say' } = this.#options;
    if (leaks === 'ignore') return;
    const left = await visitorsAfter(this.#place.server, this.name, 300);
    if (left.length === 0) return;
    const error = new HfitError('HFIT_WORKER_LEAK', {
      worker: workerPart(this.#options.worker),
      database: this.name,
      visitors: visitorsAsText(left),
    });
    if (leaks === 'fail') throw error;
    sayer(this.#options)(error.message);
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    const worker = workerPart(this.#options.worker);
    throw new HfitError('HFIT_WORKER_CLOSED', { worker }, { where: this.name });
  }
}

/**
 * Gives this worker a database of its own: a copy of the template, which is made where it is absent.
 * Databases of dead runs are removed.
 * @throws HFIT_WORKER_OPTION, HFIT_WORKER_NAME, HFIT_WORKER_STRATEGY, HFIT_TEMPLATE_FILES, HFIT_TEMPLATE_FAILED,
 *   HFIT_TEMPLATE_LOCKED, HFIT_TEMPLATE_VISITORS, HFIT_DATABASE_UNREACHABLE
 */
export async function openWorker<Values extends object = Record<never, never>>(
  options: WorkerOptions<Values>,
): Promise<WorkerDatabase<Values>> {
  assertOptions(options);
  const plan = await planOf(options.migrate, resolve(options.root ?? '.'));
  const server = await openServer(options.url);
  try {
    const names = new Names(options.name ?? projectOf(server.named));
    const run = runPart();
    const isLed = (await server.held([runKey(run)])).has(runKey(run));
    const { name, lock } = await takeName(server, names, plan, run, options);
    const template = names.template(plan.digest);
    const place: Place = { server, names, plan, template, name, lock, run, isLed };
    const worker = await opened(place, options);
    if (!isLed) await sweep(server, names, plan.digest);
    return worker;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** The first name of this worker that nobody holds. */
async function takeName(
  server: Server,
  names: Names,
  plan: Plan,
  run: string,
  { worker }: Pick<WorkerOptions, 'worker'>,
): Promise<{ name: string; lock: ServerLock }> {
  for (let i = 1; ; i += 1) {
    const part = `${workerPart(worker)}${i === 1 ? '' : `x${i}`}`;
    const name = names.worker(plan.digest, run, part);
    const lock = await server.lock(databaseKey(name));
    if (lock) return { name, lock };
  }
}

async function opened<Values extends object>(
  place: Place,
  options: WorkerOptions<Values>,
): Promise<WorkerDatabase<Values>> {
  const { server, name } = place;
  const { cost } = await provide(place, options);
  const { url, target } = await server.open(name);
  const database = await openDatabase(target, { throwAway: true });
  try {
    const settings: FixtureOptions = {
      ...trackOptions(options, name),
      report: options.report ?? false,
    };
    const plain = new AnyFixture(database, settings);
    const fixtures = (options.define?.(plain) ?? plain) as AnyFixture<Values>;
    // Pools say that they have ended a while before their last connection has.
    const ground = {
      fixtures: fixtures as unknown as AnyFixture,
      canClone: server.reachable,
      putAside: async () => {
        await fixtures.release();
        await visitorsAfter(server, name, 1000);
        await server.drop(aside(name));
        await server.copy(name, aside(name));
      },
      bringBack: async () => {
        await fixtures.release();
        await visitorsAfter(server, name, 1000);
        await server.drop(name);
        await server.copy(aside(name), name);
      },
    };
    const between = await Between.open(ground, options as unknown as WorkerOptions<never>, cost);
    return new WorkerDatabase(place, options, { url, target, database }, fixtures, between);
  } catch (error) {
    await database.close();
    await server.drop(name);
    throw error;
  }
}

/**
 * Makes the database be there as the template is: the one that an earlier file of this worker has
 * used, or a copy.
 * @returns what a copy took, in milliseconds; null where there was none to make
 */
async function provide<Values extends object>(
  place: Place,
  options: WorkerOptions<Values>,
): Promise<{ cost: number | null }> {
  const { server, name, template, plan } = place;
  const isThere = (await server.databases(name)).some((it) => it.name === name);
  if (isThere && (await rewound(place, options))) return { cost: null };
  await server.drop(name);
  for (let tries = 1; ; tries += 1) {
    await ensureTemplate(server, template, plan, options.templatePatience ?? 120_000);
    const began = performance.now();
    try {
      await server.copy(template, name);
    } catch (error) {
      // A run of other migrations may have removed the template between the two.
      if (tries < 3 && !(await server.databases(template)).some((it) => it.mark === 'ready')) {
        continue;
      }
      throw error;
    }
    const cost = performance.now() - began;
    await using(server, name, async (database) => {
      const log = await track(database, trackOptions(options, name));
      await log.checkpoint(fresh);
      await log.close();
    });
    return { cost };
  }
}

/** Whether a database that was used before could be put back to what it was at first. */
async function rewound<Values extends object>(
  { server, name }: Place,
  options: WorkerOptions<Values>,
): Promise<boolean> {
  const left = await server.visitors(name);
  if (left.length > 0) {
    sayer(options)(`still connected to ${name}: ${visitorsAsText(left)}`);
  }
  try {
    await using(server, name, async (database) => {
      const log = await track(database, trackOptions(options, name));
      try {
        await log.rewind(fresh);
      } finally {
        await log.close();
      }
    });
    return true;
  } catch (error) {
    // Half made, migrated by a test, or its log switched off: a copy is always right.
    if (error instanceof HfitError) return false;
    throw error;
  }
}

async function using(
  server: Server,
  name: string,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const { target } = await server.open(name);
  const database = await openDatabase(target, { throwAway: true });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

function trackOptions<Values extends object>(
  { fixtures = {}, strategy }: WorkerOptions<Values>,
  name: string,
): Omit<FixtureOptions, 'report'> {
  return {
    // Less than runners give to a hook: the message that names a writer is to come before that.
    patience: 4000,
    folder: reloadFolder(name),
    ...(strategy === 'reload' && { strategy }),
    ...fixtures,
  };
}

const reloadFolder = (name: string) => join(tmpdir(), 'hot-fixture', 'reload', name);
