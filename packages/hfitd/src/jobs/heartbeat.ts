import { HfitError } from '@hot-fixture/errors';
import { type Hold, keepJob } from '../store/jobs/work.js';
import type { Store } from '../store/tables.js';

/** The reason why a job ends that its user has cancelled. */
export const cancelled = Symbol('cancelled');

/**
 * Says for a job, again and again, that its holder is alive. Its signal fires where the job was
 * cancelled, was taken over, or where nobody can know any more whether it was.
 */
export class Heartbeat {
  readonly #store: Store;
  readonly #hold: Hold;
  readonly #lease: number;
  readonly #progress: () => object;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;
  #kept = performance.now();

  /** @param lease milliseconds, which begin now */
  constructor(store: Store, hold: Hold, lease: number, progress: () => object) {
    this.#store = store;
    this.#hold = hold;
    this.#lease = lease;
    this.#progress = progress;
    this.#timer = setInterval(() => this.beat(), Math.min(1000, lease / 5));
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  cancel(): void {
    this.#end.abort(cancelled);
  }

  /** Writes how far it is, now. */
  beat(): void {
    // A store that does not answer cannot say that somebody else has the job now.
    if (performance.now() - this.#kept > this.#lease) this.#lost();
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  async #beat(): Promise<void> {
    const asked = performance.now();
    const progress = JSON.stringify(this.#progress());
    try {
      const answer = await keepJob(this.#store, this.#hold, this.#lease, progress);
      this.#kept = asked;
      if (answer === 'cancelled') this.cancel();
      if (answer === 'lost') this.#lost();
    } catch {
      // The store may be back before the lease is over.
    }
  }

  #lost(): void {
    this.#end.abort(new HfitError('HFIT_JOB_LOST', {}));
  }
}
