import type { ChangeSet } from '@hot-fixture/changes';
import { HfitError } from '@hot-fixture/errors';
import { obtain, type Recipe } from './build.js';
import {
  type CleanStateOptions,
  checkpoint,
  clean,
  disable,
  enable,
  type Kept,
  reset,
  rewind,
} from './clean.js';
import { CleanStates } from './clean-states.js';
import { Core, type DatabaseSource } from './core.js';
import { callingFile } from './dump/caller.js';
import type { DumpBlock, DumpOptions } from './dump/options.js';
import { dumpRecipe } from './dump/recipe.js';
import { portable, rootOf } from './dump/watch.js';
import { currentFrame } from './frame.js';
import type { FixtureOptions } from './options.js';
import { chain, type Part } from './parts.js';
import { Refinder } from './refind.js';
import type { FixtureReport } from './report/report.js';
import type { Block, NewName } from './typed.js';

type Hook = () => unknown;

/** What `dsl` gives. */
export interface Dsl<Values extends object> {
  readonly fixture: AnyFixture<Values>['register'];
  readonly refind: AnyFixture<Values>['refind'];
  readonly beforeReset: AnyFixture['beforeReset'];
  readonly afterReset: AnyFixture['afterReset'];
}
type Text<T> = keyof T & string;

/**
 * Fixtures of one database: each is a block of code that runs once, whatever it does. The change log
 * of the database tells what that was, so it can be taken back, brought again, and kept in a file.
 *
 * One object for each database: what is built through another one is not known here.
 * @typeParam Values the values by name; `define` adds to it
 */
export class AnyFixture<Values extends object = Record<never, never>> {
  readonly #core: Core;
  readonly #cleanStates: CleanStates;
  readonly #checkpoints = new Map<string, Kept>();
  readonly #before = new Set<Hook>();
  readonly #after = new Set<Hook>();

  /**
   * @param database or what opens it, which is called when a fixture is first asked for. It stays the
   *   caller's to close.
   */
  constructor(database: DatabaseSource, options: FixtureOptions = {}) {
    this.#core = new Core(database, options);
    this.#cleanStates = new CleanStates(this.#core);
  }

  /**
   * Names a block, so that `register(name)` knows it and the type of its value. Nothing is built yet.
   * @returns this object, which knows one name more
   * @throws HFIT_FIXTURE_DEFINED
   */
  define<N extends string, T>(
    name: NewName<N, Values> & N,
    block: Block<AnyFixture<Values>, T>,
  ): AnyFixture<Values & { readonly [K in N]: T }> {
    return this.#define(name, this.#recipe(block, callingFile(this.define)));
  }

  /** The same for a dump: see `registerDump`. */
  defineDump<N extends string, T>(
    name: NewName<N, Values> & N,
    block: (fixtures: AnyFixture<Values>, dump: DumpBlock) => T | Promise<T>,
    options: DumpOptions<T> = {},
  ): AnyFixture<Values & { readonly [K in N]: T }> {
    return this.#define(name, this.#dump(name, block, options, callingFile(this.defineDump)));
  }

  /**
   * The value of a fixture. The first call runs its block; what that does to the database is noted,
   * whoever does it. A block that fails leaves nothing behind, and runs again at the next call.
   * @param block not needed where the fixture is defined or built
   * @throws HFIT_FIXTURE_UNKNOWN, HFIT_FIXTURE_RECURSION, HFIT_FIXTURE_LEFT, what the block throws,
   *   and what the change log throws: HFIT_LOG_WRITER where a transaction was left open, …
   */
  register<N extends Text<Values>>(
    name: N,
    block?: Block<AnyFixture<Values>, Values[N]>,
  ): Promise<Values[N]>;
  register<N extends string, T>(
    name: NewName<N, Values> & N,
    block: Block<AnyFixture<Values>, T>,
  ): Promise<T>;
  async register(name: string, block?: Block<AnyFixture<Values>, unknown>): Promise<unknown> {
    // To read the stack takes its time, and a fixture that is there needs no recipe.
    const isThere = this.#core.scope.entries.has(name);
    const recipe = block
      ? this.#recipe(block, isThere ? null : callingFile(this.register))
      : this.#core.defined.get(name);
    return obtain(this.#core, name, recipe ?? this.#unknown(name));
  }

  /**
   * The same, and what the block did is kept in a file. The next run loads that in place of the
   * block, as long as the schema, the watched files and the cacheKey are the same; values that the
   * database made are as they were.
   * @throws what `register` throws, HFIT_DUMP_WATCH, HFIT_DUMP_KEY, HFIT_DUMP_VALUE,
   *   HFIT_DUMP_CALLER, HFIT_DUMP_LOCKED, HFIT_DUMP_FORCE
   */
  registerDump<N extends string, T>(
    name: N,
    block: (fixtures: AnyFixture<Values>, dump: DumpBlock) => T | Promise<T>,
    options?: DumpOptions<T>,
  ): Promise<N extends keyof Values ? Values[N] : T>;
  async registerDump(
    name: string,
    block: (fixtures: AnyFixture<Values>, dump: DumpBlock) => unknown,
    options: DumpOptions = {},
  ): Promise<unknown> {
    const recipe = this.#dump(name, block, options, callingFile(this.registerDump));
    return obtain(this.#core, name, recipe);
  }

  /**
   * The value of a fixture with its rows as they are in the database now.
   * @throws HFIT_FIXTURE_ROW, HFIT_FIXTURE_ROW_GONE, and what `register` throws
   */
  refind<N extends Text<Values>>(name: N): Promise<Values[N]>;
  refind<T = unknown>(name: string): Promise<T>;
  async refind(name: string): Promise<unknown> {
    const value = await obtain(
      this.#core,
      name,
      this.#core.defined.get(name) ?? this.#unknown(name),
    );
    const parts = this.#partsOf(name);
    const { database } = await this.#core.tracking();
    const refinder = await Refinder.of(database, this.#core.options.schemas);
    return refinder.within(name, value, parts);
  }

  /**
   * A row as it is now, found by its key. Its values have the types of those given.
   * @throws HFIT_FIXTURE_ROW, HFIT_FIXTURE_ROW_GONE, HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS
   */
  async refindRow<T extends object>(table: string, row: T): Promise<T> {
    const { database } = await this.#core.tracking();
    return (await Refinder.of(database, this.#core.options.schemas)).row(table, row);
  }

  /** The calls that test files make most, to be taken apart: `const { fixture } = fixtures.dsl()`. */
  dsl(): Dsl<Values> {
    return {
      fixture: this.register.bind(this) as AnyFixture<Values>['register'],
      refind: this.refind.bind(this) as AnyFixture<Values>['refind'],
      beforeReset: this.beforeReset.bind(this),
      afterReset: this.afterReset.bind(this),
    };
  }

  /** What a fixture did to the database, without what those did that it uses. */
  changes(name: string): ChangeSet {
    const all = this.#parts().filter(({ fixture }) => fixture === name);
    const [first] = all;
    if (!first) throw this.#unknownError(name);
    return chain(
      first.changes.dialect,
      all.map((part) => part.changes),
    );
  }

  /**
   * Takes back all that happened since the first fixture, but for fixtures with `clean: false`. The
   * values stay: a fixture that is asked for again has its rows back, as they were.
   * @throws HFIT_FIXTURE_INSIDE, HFIT_FIXTURE_KEPT, HFIT_CHANGES_CONFLICT
   */
  clean(): Promise<void> {
    return clean(this.#core);
  }

  /** Cleans, and forgets the values: between what `beforeReset` and `afterReset` were given. */
  async reset(): Promise<void> {
    for (const hook of this.#before) await hook();
    await reset(this.#core);
    for (const hook of this.#after) await hook();
  }

  /** @returns what takes the hook away again */
  beforeReset(hook: Hook): () => void {
    this.#before.add(hook);
    return () => this.#before.delete(hook);
  }

  /** @returns what takes the hook away again */
  afterReset(hook: Hook): () => void {
    this.#after.add(hook);
    return () => this.#after.delete(hook);
  }

  /**
   * Takes fixtures, and all else that happened since the first, out of the database until `enable`.
   * Fixtures that are asked for meanwhile are built anew, and go then.
   */
  disable(options: CleanStateOptions = {}): Promise<void> {
    return disable(this.#core, options);
  }

  /** Brings back what `disable` took away, and takes back what came since. */
  enable(): Promise<void> {
    return enable(this.#core);
  }

  /** Runs a block on a clean database. What was there is back afterwards, also where it throws. */
  withClean<T>(block: () => T | Promise<T>, options: CleanStateOptions = {}): Promise<T> {
    return this.#cleanStates.run(block, options);
  }

  /** Sets a checkpoint that `rewind` goes back to, such as before each test. */
  checkpoint(name = 'test'): Promise<void> {
    return checkpoint(this.#core, name, this.#checkpoints);
  }

  /**
   * Puts the database back to a checkpoint set here. Fixtures that were built since stay, unless they
   * need something else that happened since: those are built anew when they are asked for.
   * @throws HFIT_CHECKPOINT_UNKNOWN
   */
  async rewind(to = 'test'): Promise<void> {
    if (!this.#checkpoints.has(to)) {
      const { database } = await this.#core.tracking();
      const known = [...this.#checkpoints.keys()].join(', ') || 'none';
      const values = { checkpoint: to, database: database.location, known };
      throw new HfitError('HFIT_CHECKPOINT_UNKNOWN', values);
    }
    return rewind(this.#core, to, this.#checkpoints);
  }

  /** Tells the dump whose block is running of a statement; `includeStatements` chooses. */
  saw(sql: string): void {
    const wanted = this.#core.options.dumps?.includeStatements;
    // A pattern with the flag g would go on where it found the last one.
    if (!wanted || sql.search(wanted) === -1) return;
    currentFrame(this.#core)?.statements.push(sql);
  }

  /** How the fixtures of this object were used until now. */
  report(): FixtureReport {
    return this.#core.usage.report();
  }

  /** Gives the connection of the change log back until the next call, where it would be in the way. */
  release(): Promise<void> {
    return this.#core.release();
  }

  /**
   * Gives the connection of the change log back, and writes the report where one was asked for. Rows
   * stay: call `clean` before it to take them back. The next call of anything else goes on.
   */
  close(): Promise<void> {
    return this.#core.close();
  }

  #define(name: string, recipe: Recipe): never {
    if (this.#core.defined.has(name))
      throw new HfitError('HFIT_FIXTURE_DEFINED', { fixture: name });
    this.#core.defined.set(name, recipe);
    return this as never;
  }

  #recipe(block: Block<AnyFixture<Values>, unknown>, caller: string | null): Recipe {
    const root = rootOf(this.#core.options.dumps ?? {});
    return {
      keep: false,
      sources: caller === null ? [] : [portable(root, caller)],
      make: async () => ({ value: await block(this) }),
    };
  }

  #dump<T>(
    name: string,
    block: (fixtures: AnyFixture<Values>, dump: DumpBlock) => T | Promise<T>,
    options: DumpOptions<T>,
    caller: string | null,
  ): Recipe {
    const from = options.from === undefined ? caller : String(options.from);
    return dumpRecipe(this.#core, {
      name,
      block: (dump) => block(this, dump),
      options,
      caller: from,
    });
  }

  /** For a name without a block: it may be built. */
  #unknown(name: string): Recipe {
    const make = () => Promise.reject(this.#unknownError(name));
    return { keep: false, sources: [], make };
  }

  #unknownError(name: string): HfitError {
    const { defined, scope } = this.#core;
    const known = [...new Set([...defined.keys(), ...scope.entries.keys()])].sort();
    const values = { fixture: name, known: known.join(', ') || 'none' };
    return new HfitError('HFIT_FIXTURE_UNKNOWN', values);
  }

  #partsOf(name: string): Part[] {
    const names = this.#core.scope.withUsed([name]);
    return this.#parts().filter(({ fixture }) => names.has(fixture));
  }

  /** Those of all scopes: what stays while fixtures are disabled was built before. */
  #parts(): Part[] {
    const parts = this.#core.scopes.flatMap((scope) => scope.parts);
    for (let frame = currentFrame(this.#core); frame; frame = frame.parent)
      parts.push(...frame.parts);
    return parts;
  }
}
