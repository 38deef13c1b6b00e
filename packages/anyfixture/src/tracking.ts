import {
  type ApplyOptions,
  apply,
  type ChangeLog,
  type ChangeSet,
  compose,
  invert,
  isEmpty,
  type TrackOptions,
  track,
} from '@hot-fixture/changes';
import type { Database, Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { chain } from './parts.js';

/** How many were opened by this process: each has checkpoints of its own. */
let opened = 0;

/** Where fixtures began: what is there at this checkpoint is not theirs. */
const beginning = /^hfit-fixtures(-\d+)?$/;

/** The change log of one database, as fixtures use it. */
export class Tracking {
  readonly database: Database;
  /** What the names of its checkpoints begin with; by itself, it is where fixtures began. */
  readonly first: string;
  readonly #options: TrackOptions;
  #log: ChangeLog;
  /** As it was when the log was made: it refuses to go on where that changes. */
  #schema: Schema;
  /** What had happened when the log had to be made anew, for tables had come. */
  #settled: ChangeSet | null = null;

  private constructor(database: Database, options: TrackOptions, log: ChangeLog, schema: Schema) {
    opened += 1;
    this.first = opened === 1 ? 'hfit-fixtures' : `hfit-fixtures-${opened}`;
    this.database = database;
    this.#options = options;
    this.#log = log;
    this.#schema = schema;
  }

  /** @param leftovers what an earlier run has left since its fixtures began */
  static async open(
    database: Database,
    options: TrackOptions,
    leftovers: 'keep' | 'rewind',
  ): Promise<Tracking> {
    const schema = await database.introspect(options.schemas);
    const log = await track(database, options, schema);
    const tracking = new Tracking(database, options, log, schema);
    try {
      const { checkpoints } = await tracking.#log.status();
      const earlier = checkpoints.find(({ name }) => beginning.test(name));
      if (leftovers === 'rewind' && earlier) await tracking.rewind(earlier.name);
      await tracking.checkpoint(tracking.first);
      return tracking;
    } catch (error) {
      await tracking.close();
      throw error;
    }
  }

  get dialect(): string {
    return this.database.dialect.name;
  }

  get schema(): Schema {
    return this.#schema;
  }

  async checkpoint(name: string): Promise<void> {
    await this.#log.checkpoint(name);
  }

  changes(since: string): Promise<ChangeSet> {
    return this.#log.changes({ since });
  }

  async rewind(to: string): Promise<void> {
    await this.#log.rewind(to);
  }

  /** All that happened since fixtures began here. */
  async all(since: string = this.first): Promise<ChangeSet> {
    const changes = await this.changes(since);
    return this.#settled && since === this.first ? compose(this.#settled, changes) : changes;
  }

  /** Makes rows come that were there before; no sequence goes back for it. */
  bring(changes: ChangeSet): Promise<void> {
    return this.#apply(changes, { sequences: 'forward' });
  }

  /**
   * Takes back all that happened, but for what is to stay.
   * @throws HFIT_FIXTURE_KEPT where what stays needs what goes
   */
  async takeBack(stay: readonly ChangeSet[], since: string = this.first): Promise<void> {
    const all = await this.all(since);
    const back = invert(all);
    try {
      const wanted = stay.length === 0 ? back : chain(this.dialect, [back, ...stay]);
      await this.#apply(wanted, { sequences: 'set', allowOrphans: true });
    } catch (error) {
      if (!(error instanceof HfitError)) throw error;
      if (error.code === 'HFIT_CHANGES_CHAIN') {
        throw new HfitError('HFIT_FIXTURE_KEPT', { reason: error.what }, { cause: error });
      }
      // A rewind can do it where triggers of users cannot be kept from firing.
      if (error.code !== 'HFIT_TRIGGERS_FIRE' || stay.length > 0 || this.#settled) throw error;
      await this.rewind(since);
    }
  }

  async #apply(changes: ChangeSet, how: ApplyOptions): Promise<void> {
    if (isEmpty(changes)) return;
    // Of some schemas alone, the keys that point to them from others are not known.
    const schema = this.#options.schemas ? {} : { schema: this.#schema };
    await apply(this.database, changes, { ...this.#options, ...schema, ...how });
  }

  /** Runs a statement of the user's, which finds tables as the user does. */
  async run(sql: string): Promise<void> {
    const { dialect } = this.database;
    await this.database.transaction(async (session) => {
      for (const statement of dialect.forFunctions ?? []) await session.run(statement);
      await session.run(sql);
    }, this.#options);
  }

  /**
   * Looks for tables that have come or changed. The log is made anew for them; its checkpoints, and
   * so the way back through them, are gone.
   * @param before all that had happened until then
   * @returns whether it was made anew
   */
  async renew(before: ChangeSet): Promise<boolean> {
    await this.#log.close();
    this.#schema = await this.database.introspect(this.#options.schemas);
    this.#log = await track(this.database, this.#options, this.#schema);
    const { checkpoints } = await this.#log.status();
    if (checkpoints.some(({ name }) => name === this.first)) return false;
    this.#settled = before;
    await this.#log.checkpoint(this.first);
    return true;
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
