import { createHash } from 'node:crypto';
import {
  type ChangeLog,
  openChangeLog,
  type TrackOptions,
  track,
  untrack,
} from '@hot-fixture/changes';
import type { Database, TableName } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Chain } from '../chain/chain.js';

/** A checkpoint of the change log where the database was at a fixpoint. */
export interface Marked {
  readonly checkpoint: string;
  /** Of the fixpoint, so that what is built on it can be checked without reading it. */
  readonly digest: string;
  /** All tables of the log. */
  readonly tables: readonly TableName[];
}

/** What the log cannot go on from; the whole database is read and written instead. */
const fallible = new Set<string>([
  'HFIT_LOG_ABSENT',
  'HFIT_LOG_BYPASSED',
  'HFIT_LOG_SCHEMA_CHANGED',
  'HFIT_CHECKPOINT_UNKNOWN',
  'HFIT_TRACK_IMPOSSIBLE',
  'HFIT_TRACK_REACHES',
  'HFIT_LOG_IMPOSSIBLE',
]);

/**
 * What tells the state of a fixpoint in a scope apart from all others, by the texts of its files.
 * @param excludeTables as they are named
 */
export function stateKey(chain: Chain, excludeTables: readonly string[]): string {
  const names = [...new Set(excludeTables)].sort();
  const text = JSON.stringify([chain.map(({ key }) => key), names]);
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** The change log of a database, as far as fixpoints use it. */
export class Checkpoints {
  readonly #database: Database;
  readonly #options: TrackOptions;
  readonly #isWanted: boolean;
  #log: ChangeLog | null = null;
  #known = new Map<string, Marked>();
  /** Why it is not used, in words. */
  reason = 'no change log is kept yet';

  constructor(database: Database, options: TrackOptions, isWanted: boolean) {
    this.#database = database;
    this.#options = { ...options, strategy: 'log' };
    this.#isWanted = isWanted;
    if (!isWanted) this.reason = 'the option log is off';
  }

  /**
   * Does something with the log; null, and a reason, where there is none or it cannot help.
   * @throws what the work throws otherwise, as HFIT_LOG_WRITER
   */
  async use<T>(work: (log: ChangeLog) => Promise<T | null>): Promise<T | null> {
    try {
      const log = await this.#opened();
      return log && (await work(log));
    } catch (error) {
      if (!(error instanceof HfitError) || !fallible.has(error.code)) throw error;
      // Another process may have gone back further.
      const isOld = error.code === 'HFIT_CHECKPOINT_UNKNOWN' && this.#known.size > 0;
      this.#known.clear();
      if (isOld) return this.use(work);
      this.reason = error.what;
      await this.#forget(error.code === 'HFIT_LOG_BYPASSED');
      return null;
    }
  }

  /** Where the database was at a fixpoint, by its key; null where the log does not know. */
  async find(log: ChangeLog, key: string): Promise<Marked | null> {
    const known = this.#known.get(key);
    if (known) return known;
    const { checkpoints, tables } = await log.status();
    this.#known = new Map(
      checkpoints.flatMap(({ name }) => {
        const [, found, digest] = /^fixpoint ([0-9a-f]{24}) ([0-9a-f]{32}) /.exec(name) ?? [];
        return found && digest ? [[found, { checkpoint: name, digest, tables }] as const] : [];
      }),
    );
    return this.#known.get(key) ?? null;
  }

  /** Goes back to a checkpoint; those that were set later are gone then. */
  async rewind(log: ChangeLog, checkpoint: string): Promise<void> {
    await log.rewind(checkpoint);
    for (const [key, it] of this.#known) if (it.checkpoint !== checkpoint) this.#known.delete(key);
  }

  /**
   * Notes that the database is at a fixpoint now.
   * @param digest is asked for where there is a log
   * @param install switches the log on where it is off; else it is noted where the log is in use
   */
  async mark(
    key: string,
    name: string,
    digest: () => Promise<string>,
    install: boolean,
  ): Promise<void> {
    if (!this.#isWanted) return;
    try {
      if (install) this.#log ??= await track(this.#database, this.#options);
      await this.#log?.checkpoint(`fixpoint ${key} ${await digest()} ${name}`.slice(0, 100));
      this.#known.clear();
    } catch (error) {
      if (!(error instanceof HfitError) || !fallible.has(error.code)) throw error;
      this.reason = error.what;
      await this.#forget(error.code === 'HFIT_LOG_BYPASSED');
    }
  }

  /** Gives its connection back. */
  async close(): Promise<void> {
    await this.#log?.close();
    this.#log = null;
  }

  async #opened(): Promise<ChangeLog | null> {
    if (!this.#isWanted) return null;
    if (this.#log) return this.#log;
    const log = await openChangeLog(this.#database, this.#options);
    if (log.report.strategy === 'log') this.#log = log;
    else {
      this.reason = `changes are tracked by ${log.report.strategy}, which reads all rows`;
      await log.close();
    }
    return this.#log;
  }

  /** @param remove a log that did not see all changes is of no use to anybody */
  async #forget(remove: boolean): Promise<void> {
    await this.close();
    this.#known.clear();
    if (remove) await untrack(this.#database, this.#options);
  }
}
