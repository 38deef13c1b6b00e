import { createHash, randomBytes } from 'node:crypto';
import {
  type ChangeLog,
  type ChangeSet,
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

/** A fixpoint that a checkpoint is to stand for. */
export interface Note {
  readonly key: string;
  readonly name: string;
  readonly digest: () => Promise<string>;
}

/** One that a process has left may be taken over when it is this old, in milliseconds. */
const abandoned = 3_600_000;

/** The change log of a database, as far as fixpoints use it. */
export class Checkpoints {
  readonly #database: Database;
  readonly #options: TrackOptions;
  readonly #isWanted: boolean;
  #log: ChangeLog | null = null;
  #known = new Map<string, Marked>();
  /** What the checkpoints of `watch` are called; no other process has the same. */
  #watching: string | null = null;
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
    return this.#try(async () => {
      const log = await this.#opened();
      return log && (await work(log));
    });
  }

  async #try<T>(work: () => Promise<T | null>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HfitError) || !fallible.has(error.code)) throw error;
      // Another process may have gone back further.
      const isOld = error.code === 'HFIT_CHECKPOINT_UNKNOWN' && this.#known.size > 0;
      this.#known.clear();
      if (isOld) return this.#try(work);
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
    const places = new Map(checkpoints.map(({ name }, place) => [name, place]));
    for (const [found, { checkpoint }] of this.#known) {
      const taken = places.get(takenBack(found)) ?? -1;
      if (taken > (places.get(checkpoint) ?? 0)) this.#known.delete(found);
    }
    return this.#known.get(key) ?? null;
  }

  /** Goes back to a checkpoint; those that were set later are gone then. */
  async rewind(log: ChangeLog, checkpoint: string): Promise<void> {
    await log.rewind(checkpoint);
    for (const [key, it] of this.#known) if (it.checkpoint !== checkpoint) this.#known.delete(key);
  }

  /**
   * Sets a checkpoint of our own, to tell later whether anybody has written since.
   * @param install switches the log on where it is off, or is of another schema
   * @returns its name; null, and a reason, where there is no log
   */
  async watch(install: boolean, end: 'begin' | 'end' = 'begin'): Promise<string | null> {
    const isKnown = this.#log !== null;
    const found = await this.#try(async () => {
      if (install && this.#isWanted) this.#log ??= await track(this.#database, this.#options);
      const log = await this.#opened();
      return log && (await log.checkpoint(`${await this.#watchName(log)} ${end}`));
    });
    // What was kept of another schema is of no use any more: a new one is.
    return found === null && install && isKnown ? this.watch(install, end) : found;
  }

  /**
   * Notes that the database is at a fixpoint now, unless somebody else has written.
   * @param since a checkpoint before
   * @param isOurs whether what happened since then was nobody's but ours
   * @param isNothing whether it is nothing that matters
   * @returns whether it is noted
   */
  async mark(
    since: string,
    { key, name, digest }: Note,
    isOurs: (seen: ChangeSet) => boolean,
    isNothing: (seen: ChangeSet) => boolean,
  ): Promise<boolean> {
    const end = await this.watch(false, 'end');
    if (end === null) return false;
    const isNoted = await this.use(async (log) => {
      if (!isOurs(await log.changes({ since }))) return false;
      await log.checkpoint(`fixpoint ${key} ${await digest()} ${name}`.slice(0, 100));
      this.#known.clear();
      if (isNothing(await log.changes({ since: end }))) return true;
      // It came between; a checkpoint cannot be removed, but another one can speak against it.
      await log.checkpoint(takenBack(key));
      return false;
    });
    return isNoted ?? false;
  }

  /** Gives its connection back. */
  async close(): Promise<void> {
    await this.#log?.close();
    this.#log = null;
  }

  async #watchName(log: ChangeLog): Promise<string> {
    if (this.#watching) return this.#watching;
    const { checkpoints } = await log.status();
    const old = checkpoints.flatMap(({ name, at }) => {
      const [, found] = /^(fixpoint watch [0-9a-f]{16}) /.exec(name) ?? [];
      return found ? [{ found, age: Date.now() - Date.parse(at) }] : [];
    });
    // Each process leaves one: so that there are not more and more of them.
    const isFree = (name: string) =>
      old.every(({ found, age }) => found !== name || age > abandoned);
    const free = old.find(({ found }) => isFree(found))?.found;
    this.#watching = free ?? `fixpoint watch ${randomBytes(8).toString('hex')}`;
    return this.#watching;
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

/** Says of the checkpoint of a fixpoint that was set before it that it is none. */
const takenBack = (key: string) => `fixpoint not ${key}`;
