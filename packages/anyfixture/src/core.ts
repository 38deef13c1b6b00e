import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Recipe } from './build.js';
import { currentFrame } from './frame.js';
import type { FixtureOptions } from './options.js';
import { Usage } from './report/usage.js';
import { Scope } from './scope.js';
import { Tracking } from './tracking.js';
import { Turns } from './turns.js';

export type DatabaseSource = Database | (() => Database | Promise<Database>);

/** What the parts of AnyFixture share: the database, what is built in it, and whose turn it is. */
export class Core {
  readonly options: FixtureOptions;
  readonly usage: Usage;
  readonly turns = new Turns();
  /** The last is the one that holds now. */
  readonly scopes: [Scope, ...Scope[]] = [new Scope()];
  readonly defined = new Map<string, Recipe>();
  readonly #source: DatabaseSource;
  #tracking: Promise<Tracking> | null = null;

  constructor(source: DatabaseSource, options: FixtureOptions) {
    this.#source = source;
    this.options = options;
    this.usage = new Usage(options.report ?? false);
  }

  get scope(): Scope {
    return this.scopes.at(-1) as Scope;
  }

  /** The database and its change log, which is switched on at the first call. */
  tracking(): Promise<Tracking> {
    this.#tracking ??= this.#open().catch((error) => {
      this.#tracking = null;
      throw error;
    });
    return this.#tracking;
  }

  async #open(): Promise<Tracking> {
    const database = typeof this.#source === 'function' ? await this.#source() : this.#source;
    return Tracking.open(database, this.options, this.options.leftovers ?? 'keep');
  }

  /**
   * Runs what concerns all fixtures, with none being built meanwhile.
   * @throws HFIT_FIXTURE_INSIDE
   */
  alone<T>(call: string, work: (tracking: Tracking) => Promise<T>): Promise<T> {
    const frame = currentFrame(this);
    if (frame) throw new HfitError('HFIT_FIXTURE_INSIDE', { call, fixture: frame.name });
    return this.turns.run(async () => work(await this.tracking()));
  }

  /** Gives the connection of the change log back; the next call takes one again. */
  async release(): Promise<void> {
    await this.turns.idle();
    await (await this.#tracking)?.close();
  }

  async close(): Promise<void> {
    await this.turns.idle();
    // The log goes on; the next call takes a connection again.
    await (await this.#tracking)?.close();
    await this.usage.write();
  }
}
