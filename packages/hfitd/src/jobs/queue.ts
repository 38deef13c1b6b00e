import { DelayedError, Queue, type Job as Ticket, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Runner } from './runner.js';

/** How soon a job is offered again where a source of it has no room, in milliseconds. */
const again = 500;

/**
 * Tells all daemons and workers of a Redis at once that there is a job, and one of them which. What
 * a job is, who holds it and how it ends stands in the store alone: a Redis that forgets costs time.
 */
export class SharedQueue {
  readonly #redis: Redis;
  readonly #blocking: Redis;
  readonly #queue: Queue;
  readonly #worker: Worker | undefined;
  readonly #log: Logger;

  /** @param name the same for all that share a store, and for nobody else */
  constructor(redis: Redis, name: string, runner: Runner, atOnce: number, log: Logger) {
    this.#redis = redis;
    this.#log = log;
    // The connection that waits for jobs has to wait for Redis too.
    this.#blocking = redis.duplicate({ maxRetriesPerRequest: null, lazyConnect: false });
    this.#blocking.on('error', () => {});
    const options = { prefix: name, skipVersionCheck: true };
    this.#queue = new Queue('packages', { ...options, connection: redis });
    this.#queue.on('error', () => {});
    if (atOnce === 0) return;
    this.#worker = new Worker('packages', (ticket, token) => this.#take(ticket, token, runner), {
      ...options,
      connection: this.#blocking,
      concurrency: atOnce,
      // The store knows who is alive; a ticket of a dead worker comes again and finds nothing to do.
      lockDuration: 30_000,
      maxStalledCount: 3,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    this.#worker.on('error', () => {});
  }

  /** Whether Redis answers, so that jobs go over it. */
  get isUp(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Offers a job. Where Redis is gone, it is found in the store, a little later. */
  async offer(id: string, delay: number): Promise<void> {
    try {
      await this.#queue.add('package', { id }, { delay });
    } catch {
      this.#log.warn('a job was not offered over Redis');
    }
  }

  /** Warns where Redis may throw jobs away. */
  async check(): Promise<void> {
    const info = await this.#redis.info('memory').catch(() => '');
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    if (policy && policy !== 'noeviction') {
      this.#log.warn({ policy }, 'the maxmemory-policy of Redis must be noeviction');
    }
  }

  async close(): Promise<void> {
    await this.#worker?.close(!this.isUp).catch(() => {});
    await this.#queue.close().catch(() => {});
    this.#blocking.disconnect();
  }

  async #take(ticket: Ticket, token: string | undefined, runner: Runner): Promise<void> {
    const run = await runner.run((ticket.data as { id: string }).id);
    if (run === 'full') {
      await ticket.moveToDelayed(Date.now() + again, token);
      throw new DelayedError();
    }
    if (run !== 'taken') await run.ended;
  }
}
