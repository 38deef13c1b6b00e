import { type ChangeLog, type ChangeSet, track } from '@hot-fixture/changes';
import type { Database, Guard, Rewound } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

interface Place {
  readonly database: Database;
  readonly guard: Guard;
}

let count = 0;

/**
 * What happens to a database from now on, to be undone: rows of factories, and those that the
 * application wrote itself. `await using session = await registry.session()` does so at the end of a
 * block. Of sessions within each other, the inner one is cleaned up first.
 */
export class Session {
  readonly #log: ChangeLog;
  readonly #checkpoint: string;
  readonly #handlers: (() => unknown)[] = [];
  readonly #forget: () => void;
  #open = true;

  private constructor(log: ChangeLog, checkpoint: string, forget: () => void) {
    this.#log = log;
    this.#checkpoint = checkpoint;
    this.#forget = forget;
  }

  /**
   * Switches the change log on, where it is not, and sets a checkpoint.
   * @throws HFIT_NOT_A_TEST_DATABASE, and what `track` throws
   */
  static async open({ database, guard }: Place, forget: () => void = () => {}): Promise<Session> {
    const { dangerouslyAllowAnyDatabase: any } = guard;
    const log = await track(database, any ? { dangerouslyAllowAnyDatabase: any } : {});
    count += 1;
    const checkpoint = await log.checkpoint(`session-${process.pid}-${count}`);
    return new Session(log, checkpoint, forget);
  }

  /** Runs before rows are put back; the last one that was added first. */
  onCleanup(handler: () => unknown): this {
    this.#handlers.push(handler);
    return this;
  }

  /** What has happened so far, whoever did it. */
  changes(): Promise<ChangeSet> {
    return this.#log.changes({ since: this.#checkpoint });
  }

  /**
   * Runs the handlers, and puts the database back by the inverse of what happened: all of it, in one
   * step. Where a handler fails, the others and the rows have their turn all the same.
   * @throws HFIT_SESSION_CLOSED, HFIT_SESSION_CLEANUP with all that failed as its cause
   */
  async cleanup(): Promise<Rewound> {
    if (!this.#open) throw new HfitError('HFIT_SESSION_CLOSED', {});
    this.#open = false;
    const failures: unknown[] = [];
    for (const handler of this.#handlers.reverse()) {
      try {
        await handler();
      } catch (error) {
        failures.push(error);
      }
    }
    let rewound: Rewound | null = null;
    try {
      rewound = await this.#log.rewind(this.#checkpoint);
      this.#forget();
    } catch (error) {
      failures.push(error);
    } finally {
      await this.#log.close();
    }
    if (rewound && failures.length === 0) return rewound;
    const reasons = failures
      .map((it) => (it instanceof HfitError ? it.what : it instanceof Error ? it.message : `${it}`))
      .join('; ');
    const cause = failures.length === 1 ? failures[0] : new AggregateError(failures);
    throw new HfitError('HFIT_SESSION_CLEANUP', { reasons }, { cause });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#open) await this.cleanup();
  }
}
