import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import { asHfitError, logError, shownOf } from '../http/errors.js';
import { findJob } from '../store/jobs/requests.js';
import { claimJob, endJob, readyJobs, requeueJob } from '../store/jobs/work.js';
import type { Job } from '../store/tables/jobs.js';
import { type BuildParts, buildPackage } from './build.js';
import { failpoint } from './failpoint.js';
import { cancelled, Heartbeat } from './heartbeat.js';
import { Progress } from './progress.js';
import { goodUntil } from './schedule.js';

export interface RunnerOptions {
  /** Tells this process from all others that build. */
  readonly name: string;
  readonly atOnce: number;
  readonly perSource: number;
  /** How often a job is tried where a server could not be reached. */
  readonly attempts: number;
  /** Milliseconds for which nobody else takes a job whose holder says nothing. */
  readonly lease: number;
  /** Milliseconds, the first of them; each next is twice as long. */
  readonly backoff: number;
}

interface Running {
  readonly sources: readonly string[];
  heartbeat?: Heartbeat;
}

/** What became of a job that was to be run: its end, where it runs. */
export type Run = { readonly ended: Promise<void> } | 'full' | 'taken';

/** The reason why jobs end when their daemon does. */
const stopped = Symbol('stopped');

/** Runs jobs of the store in this process, a few at once. */
export class Runner {
  readonly #parts: BuildParts;
  readonly #options: RunnerOptions;
  readonly #log: Logger;
  readonly #running = new Map<string, Running>();
  readonly #ends = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #isStopping = false;

  constructor(parts: BuildParts, options: RunnerOptions, log: Logger) {
    this.#parts = parts;
    this.#options = options;
    this.#log = log;
  }

  get running(): number {
    return this.#running.size;
  }

  /**
   * Runs what is ready, for as long as there is room.
   * @param overdue only what has waited so long, in milliseconds
   */
  async fill(overdue: number): Promise<void> {
    if (!this.#hasRoom([])) return;
    for (const job of await readyJobs(this.#parts.store, overdue)) {
      if (!this.#hasRoom([])) return;
      await this.#begin(job);
    }
  }

  /** Runs one job, if it waits. */
  async run(id: string): Promise<Run> {
    const job = await findJob(this.#parts.store, id);
    return job ? this.#begin(job) : 'taken';
  }

  /** Ends a job that runs here; of others nothing happens. */
  cancel(id: string): void {
    this.#running.get(id)?.heartbeat?.cancel();
  }

  /** Takes nothing more; what runs may end for a while, then goes back to the queue. */
  async stop(grace: number): Promise<void> {
    this.#isStopping = true;
    const timer = setTimeout(() => this.#stop.abort(stopped), grace * 1000);
    await Promise.all(this.#ends);
    clearTimeout(timer);
  }

  #hasRoom(sources: readonly string[]): boolean {
    const { atOnce, perSource } = this.#options;
    if (this.#isStopping || this.#running.size >= atOnce) return false;
    const busy = [...this.#running.values()].flatMap((one) => one.sources);
    return sources.every((name) => busy.filter((it) => it === name).length < perSource);
  }

  async #begin(found: Job): Promise<Run> {
    const sources: string[] = JSON.parse(found.sources);
    if (this.#running.has(found.id)) return 'taken';
    if (!this.#hasRoom(sources)) return 'full';
    const running: Running = { sources };
    this.#running.set(found.id, running);
    const { store } = this.#parts;
    const { name, lease } = this.#options;
    const job = await claimJob(store, found.id, name, lease).catch((error) => {
      this.#running.delete(found.id);
      throw error;
    });
    if (!job) {
      this.#running.delete(found.id);
      return 'taken';
    }
    failpoint('claimed');
    const ended = this.#work(job, running).finally(() => {
      this.#running.delete(job.id);
      this.#ends.delete(ended);
    });
    this.#ends.add(ended);
    return { ended };
  }

  /** Never throws: what cannot be written to the store is found by whoever takes the job next. */
  async #work(job: Job, running: Running): Promise<void> {
    const { store } = this.#parts;
    const progress = new Progress();
    const heartbeat = new Heartbeat(store, job, this.#options.lease, () => progress.document());
    running.heartbeat = heartbeat;
    const signal = AbortSignal.any([heartbeat.signal, this.#stop.signal]);
    const log = this.#log.child({ reqId: job.id });
    const span = this.#parts.tracing.begin(
      { name: 'job', kind: 'job' },
      { 'hfit.job_id': job.id, 'hfit.attempt': job.attempts, 'hfit.format': job.format },
      job.traceparent,
    );
    try {
      if (job.cancel_asked) heartbeat.cancel();
      signal.throwIfAborted();
      const until = await goodUntil(store, job);
      await span.run(() => buildPackage(this.#parts, job, until, progress, signal));
      span.end();
      log.info({ seconds: progress.document().seconds }, 'a job is done');
    } catch (error) {
      const known = asHfitError(error, job.id);
      span.end(signal.aborted ? undefined : known);
      if (!signal.aborted) logError(log, known, error);
      await this.#fail(job, signal.aborted ? signal.reason : known).catch((cause) =>
        logError(log, asHfitError(cause, job.id), cause),
      );
    } finally {
      await heartbeat.stop();
    }
  }

  async #fail(job: Job, reason: HfitError | symbol): Promise<void> {
    const { store, keep } = this.#parts;
    const { attempts, backoff } = this.#options;
    if (reason === cancelled) return endJob(store, job, 'cancelled', null, keep);
    if (!(reason instanceof HfitError)) return requeueJob(store, job, 0, null, false);
    if (reason.code === 'HFIT_JOB_LOST') return;
    const problem = JSON.stringify(shownOf(reason, job.id));
    if (reason.kind === 'unavailable' && job.attempts < attempts) {
      const after = Math.min(backoff * 2 ** (job.attempts - 1), 300_000);
      return requeueJob(store, job, after, problem, true);
    }
    return endJob(store, job, 'failed', problem, keep);
  }
}
