import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { JobSettings } from '../config/settings.js';
import { asHfitError, logError } from '../http/errors.js';
import { agree } from '../store/packages.js';
import type { BuildParts } from './build.js';
import { Jobs } from './jobs.js';
import type { SharedQueue } from './queue.js';
import { Runner } from './runner.js';
import { runSchedules, sweep, sweepStrangers } from './upkeep.js';

/** How often the store is looked at, in milliseconds. */
const look = 1_000;
/** What was offered over Redis, and nobody has taken for so long, is taken from the store. */
const overdue = 3_000;
const sweepEvery = 60_000;

/** All that a daemon or a worker does for jobs while nobody asks it anything. */
export class Background {
  readonly jobs: Jobs;
  readonly #parts: BuildParts;
  readonly #runner: Runner;
  readonly #queue: SharedQueue | undefined;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #sweptAt = Date.now();
  #isStopping = false;
  #again = false;

  /** @param redis of daemons that share a store */
  static async open(
    parts: BuildParts,
    settings: JobSettings,
    redis: Redis | undefined,
    log: Logger,
  ): Promise<Background> {
    if (!redis) return new Background(parts, settings, undefined, log);
    const name = `hfitd:${await agree(parts.store, 'id', randomUUID())}`;
    // Loaded for those alone who use it: it is large.
    const { SharedQueue } = await import('./queue.js');
    const open = (runner: Runner) => new SharedQueue(redis, name, runner, settings.atOnce, log);
    return new Background(parts, settings, open, log);
  }

  private constructor(
    parts: BuildParts,
    settings: JobSettings,
    openQueue: ((runner: Runner) => SharedQueue) | undefined,
    log: Logger,
  ) {
    this.#parts = parts;
    this.#log = log;
    const { atOnce, perSource, attempts } = settings;
    const options = { name: randomUUID(), atOnce, perSource, attempts, backoff: 1_000 };
    this.#runner = new Runner(parts, { ...options, lease: settings.lease * 1000 }, log);
    this.#queue = openQueue?.(this.#runner);
    this.jobs = new Jobs(
      parts,
      settings.maxAge * 1000,
      settings.perUser,
      (id) => this.#offer(id),
      (id) => this.#runner.cancel(id),
    );
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  get running(): number {
    return this.#runner.running;
  }

  async start(): Promise<void> {
    await this.#queue?.check();
    this.#timer = setInterval(() => this.#look(), look);
    this.#look();
    sweepStrangers(this.#parts.store, this.#parts.storage).catch((error) => this.#told(error));
  }

  /** Jobs that run may end for so many seconds; then they go back to the queue. */
  async stop(grace: number): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await this.#runner.stop(grace);
    await this.#queue?.close();
    await this.#looking;
  }

  #offer(id: string): void {
    if (this.#queue?.isUp) void this.#queue.offer(id, 0);
    else this.#look();
  }

  #look(): void {
    this.#again = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Whoever asks in the middle of a look may be about what it has passed. */
  async #lookAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#lookOnce().catch((error) => this.#told(error));
    }
  }

  async #lookOnce(): Promise<void> {
    await runSchedules(this.#parts, this.jobs, this.#log);
    await this.#runner.fill(this.#queue?.isUp ? overdue : 0);
    if (Date.now() - this.#sweptAt < sweepEvery) return;
    this.#sweptAt = Date.now();
    await sweep(this.#parts.store, this.#parts.storage);
  }

  #told(error: unknown): void {
    logError(this.#log, asHfitError(error, 'jobs'), error);
  }
}
