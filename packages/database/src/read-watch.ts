import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import { beside, type Cancel, cancelOf } from './cancel.js';
import type { Driver, Session } from './driver.js';
import { guarded } from './failure.js';
import type { LimitedReads, ReadLimits, ReadOptions } from './limits.js';
import { qualified, type TableName } from './model.js';

const unlimited: ReadLimits = { statement: null, lock: null, idle: null };

/** Watches over a session that reads: a signal ends what it is about, and so do its limits. */
export class ReadWatch {
  readonly #driver: Driver;
  readonly #session: Session;
  readonly #signal: AbortSignal | undefined;
  readonly #limits: ReadLimits;
  readonly #tells: (table: TableName) => boolean;
  #limited: LimitedReads | null = null;
  #cancel: Cancel | null = null;
  #canceling: Promise<void> | undefined;
  #isSlow = false;
  #askedAt = performance.now();
  #answeredAt = performance.now();

  constructor(driver: Driver, session: Session, options: ReadOptions) {
    const { signal, limits, tells = () => false } = options;
    this.#driver = driver;
    this.#session = session;
    this.#signal = signal;
    this.#tells = tells;
    this.#limits = driver.inProcess ? unlimited : (limits ?? unlimited);
  }

  /** To be called once, within the transaction that reads. */
  async begin(): Promise<void> {
    const { statement, lock, idle } = this.#limits;
    const { dialect } = this.#driver;
    if (this.#signal || statement !== null) {
      this.#cancel = await cancelOf(this.#driver, this.#session);
    }
    if (statement !== null || lock !== null || idle !== null) {
      this.#limited = (await dialect.limitReads?.(this.#session, this.#limits)) ?? null;
    }
    if (this.#signal?.aborted) this.#end();
    else this.#signal?.addEventListener('abort', this.#end, { once: true });
  }

  /** Whether a cancel went out, which may still reach the connection after what it was for. */
  get hasCanceled(): boolean {
    return this.#canceling !== undefined;
  }

  check(): void {
    this.#signal?.throwIfAborted();
  }

  /** Reads pieces that come as fast as they are taken: only waiting for the server counts. */
  async *pieces<T>(read: () => AsyncIterable<T>, areBytes: boolean): AsyncGenerator<T> {
    const limited = this.#limited;
    const lifts = limited !== null && (areBytes || limited.liftsForRows);
    if (lifts) await this.#session.run(limited.lift);
    const iterator = read()[Symbol.asyncIterator]();
    let [ended, failed] = [false, false];
    try {
      while (true) {
        this.check();
        const next = await this.#within(iterator.next());
        ended = next.done === true;
        if (ended) break;
        yield next.value;
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      if (!ended) await iterator.return?.().catch(() => {});
      // The rest of bytes that nobody took is still on its way.
      const isFree = !failed && (ended || !areBytes);
      if (lifts && isFree) await this.answer(this.#session.run(limited.again));
    }
  }

  async answer<T>(work: Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const answer = await work;
    this.#askedAt = askedAt;
    this.#answeredAt = performance.now();
    return answer;
  }

  /** An error of the driver as what it was: the end that the signal asked for, or a limit. */
  async told(error: unknown, table: TableName | null): Promise<unknown> {
    if (this.#signal?.aborted) return this.#signal.reason;
    if (error instanceof HfitError) return error;
    const { statement, lock, idle } = this.#limits;
    const { limit, end } = this.#driver.dialect.explain(error);
    const values = {
      table: table ? `table ${qualified(table)}` : 'the schema',
      database: this.#driver.location,
    };
    const options = { cause: error };
    if (statement !== null && (this.#isSlow || limit === 'statement')) {
      return new HfitError('HFIT_READ_SLOW', { ...values, seconds: statement }, options);
    }
    if (lock !== null && limit === 'lock') {
      const held = table ? '' : await this.#held();
      const what = held || values.table;
      return new HfitError('HFIT_READ_LOCKED', { ...values, table: what, seconds: lock }, options);
    }
    if (idle !== null && end === 'lost' && this.#wasSilent(idle * 1000)) {
      return new HfitError('HFIT_READ_IDLE', { ...values, seconds: idle }, options);
    }
    return guarded(this.#driver, error);
  }

  /** @returns whether the session can be used by others */
  async close(): Promise<boolean> {
    this.#signal?.removeEventListener('abort', this.#end);
    // Nobody else may get the connection while a cancel is on its way to it.
    await this.#canceling;
    try {
      for (const statement of this.#limited?.undo ?? []) await this.#session.run(statement);
    } catch {
      return false;
    }
    return !this.hasCanceled;
  }

  /** The tables that others hold, where many were asked for at once; nothing where it is not known. */
  async #held(): Promise<string> {
    const { heldTables } = this.#driver.dialect;
    const tables = heldTables && (await beside(this.#driver, heldTables));
    const told = (tables ?? []).filter(this.#tells).map(qualified);
    return told.length > 0 ? `table ${told.slice(0, 3).join(' or ')}` : '';
  }

  /** The server counts from some time after it was asked: an answer may be long on its way. */
  #wasSilent(time: number): boolean {
    const now = performance.now();
    return now - this.#askedAt >= time && now - this.#answeredAt >= time / 2;
  }

  #end = (): void => {
    if (this.#cancel) this.#canceling ??= this.#cancel();
  };

  async #within<T>(next: Promise<T>): Promise<T> {
    const { statement } = this.#limits;
    if (statement === null || !this.#cancel) return this.answer(next);
    const timer = setTimeout(() => {
      this.#isSlow = true;
      this.#end();
    }, statement * 1000);
    try {
      return await this.answer(next);
    } finally {
      clearTimeout(timer);
    }
  }
}
