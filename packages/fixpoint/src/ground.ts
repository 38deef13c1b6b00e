import { apply, type ChangeSet, compose, invert, isEmpty } from '@hot-fixture/changes';
import type { Database, Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { assertFits, type Chain, chainOf, contentsOf } from './chain/chain.js';
import { assertValues } from './chain/tags.js';
import { Folder, type Stored } from './files/folder.js';
import type { GemLink } from './gem/import.js';
import { loadGem } from './gem/load.js';
import { Checkpoints, type Marked, stateKey } from './log/checkpoints.js';
import type { FixpointOptions } from './options.js';
import { differenceOf } from './state/compare-rows.js';
import { changesIn, wholeState } from './state/complete.js';
import { assertNoCascade, leftOver } from './state/excluded.js';
import { findAfter, findBefore, findInDatabase, inScope } from './state/lookup.js';
import { isSoonerReloaded, reload, type Wanted } from './state/reload.js';
import {
  type Exclusion,
  excludedNames,
  exclusionOf,
  isOfMigrations,
  type Scope,
  scopeOf,
  withCurrent,
} from './state/scope.js';
import { assertSameTables, stateOf } from './state/stored.js';

/** How something was found out or done. */
export interface Way {
  /** By the change log, which costs what changed; or by reading the whole database. */
  readonly by: 'log' | 'whole database';
  /** Why the log could not help, in words; empty where it did. */
  readonly reason: string;
}

/** What is found between a fixpoint and the database. */
export interface Found extends Way {
  /** What would have to happen to the fixpoint to make it what the database is. */
  readonly changes: ChangeSet;
  /** All of the database, also what is excluded. */
  readonly schema: Schema;
  readonly scope: Scope;
}

/** A database and the files of its fixpoints: how one is made the other, and compared. */
export class Ground {
  readonly database: Database;
  readonly folder: Folder;
  readonly checkpoints: Checkpoints;
  readonly #options: FixpointOptions;
  /** As it was when it was last read; the log tells where it changes. */
  #scope: { readonly names: string; readonly scope: Scope } | null = null;
  readonly #whole = new Map<string, Promise<ChangeSet>>();

  constructor(database: Database, options: FixpointOptions) {
    this.database = database;
    this.folder = new Folder(options.directory, options);
    const { dangerouslyAllowAnyDatabase = false, patience = 10_000 } = options;
    const track = { dangerouslyAllowAnyDatabase, patience };
    this.checkpoints = new Checkpoints(database, track, options.log !== false);
    this.#options = options;
  }

  get command(): string {
    return this.#options.command ?? 'the test that stores it';
  }

  /** @throws HFIT_FIXPOINT_ABSENT, HFIT_FIXPOINT_PARENT_MISSING, HFIT_FIXPOINT_CYCLE */
  async chain(name: string): Promise<Chain> {
    const chain = await chainOf(this.folder, name);
    if (chain) return chain;
    const { directory } = this.folder;
    throw new HfitError('HFIT_FIXPOINT_ABSENT', { name, directory, command: this.command });
  }

  /** What differs, by the log where it knows one of the fixpoints, else by reading everything. */
  async difference(chain: Chain, given: Exclusion): Promise<Found> {
    const exclude = exclusionOf(given, chain);
    return (await this.#nearDifference(chain, exclude)) ?? this.#farDifference(chain, exclude);
  }

  /** Makes the database what a fixpoint says; excluded tables stay as they are. */
  async restore(chain: Chain, given: Exclusion): Promise<Way> {
    const exclude = exclusionOf(given, chain);
    const near = await this.#nearRestore(chain, exclude);
    if (near) return near;
    await assertValues(chain);
    const { reason } = this.checkpoints;
    const isAgain = this.#options.log === 'at once' || restored.has(this.database);
    let since = await this.checkpoints.watch(isAgain);
    for (let tries = 1; ; tries += 1) {
      const { changes, scope, isFilled } = await this.#farRestore(chain, exclude);
      const isNoted = since !== null && (await this.mark(chain, exclude, scope, since, changes));
      if (isNoted || tries === most) break;
      // Most of a first restore would be the log, and many databases are restored only once.
      if (isFilled && since === null && !isAgain) break;
      // It is switched on after the rows are there; so what others wrote meanwhile is not in it.
      since = await this.checkpoints.watch(true);
      if (since === null) break;
    }
    restored.add(this.database);
    return { by: 'whole database', reason };
  }

  /** Makes the database what a fixpoint of the Ruby gem says. */
  async loadGem({ name, rows }: GemLink, exclude: Exclusion): Promise<void> {
    const { dangerouslyAllowAnyDatabase = false } = this.#options;
    const scope = scopeOf(await this.database.introspect(), exclude);
    await loadGem(this.database, name, rows, scope, { dangerouslyAllowAnyDatabase });
  }

  /**
   * Notes in the log that the database is at a fixpoint, unless somebody else has written.
   * @param since a checkpoint before
   * @param done what was done since then
   * @returns whether it is noted
   */
  async mark(
    chain: Chain,
    exclude: Exclusion,
    scope: Scope,
    since: string,
    done: ChangeSet | null,
  ): Promise<boolean> {
    const stored = last(chain);
    const digest = async () => (await stored.content()).digest;
    const note = { key: stateKey(chain, excludedNames(exclude)), name: stored.name, digest };
    const isNothing = (seen: ChangeSet) => isEmpty(inScope(seen, scope));
    const isOurs = (seen: ChangeSet) =>
      done ? isSame(done, inScope(seen, scope)) : isNothing(seen);
    return this.checkpoints.mark(since, note, isOurs, isNothing);
  }

  async wholeState(chain: Chain): Promise<ChangeSet> {
    const key = stateKey(chain, []);
    let found = this.#whole.get(key);
    if (!found) {
      found = contentsOf(chain).then(wholeState);
      this.#whole.set(key, found);
      const [oldest] = this.#whole.keys();
      if (this.#whole.size > 3 && oldest !== undefined) this.#whole.delete(oldest);
    }
    try {
      return await found;
    } catch (error) {
      this.#whole.delete(key);
      throw error;
    }
  }

  #nearDifference(chain: Chain, exclude: Exclusion): Promise<Found | null> {
    return this.checkpoints.use(async (log) => {
      const from = await this.#nearest(chain, exclude);
      if (!from) return null;
      const all = await log.changes({ since: from.checkpoint });
      const scope = await this.#knownScope(exclude);
      const done = inScope(all, scope);
      const find = findBefore(done, findInDatabase(this.database, scope));
      const wanted = await this.#changesAfter(chain, from, scope, find);
      const changes = wanted ? compose(invert(wanted), done) : done;
      return { changes, schema: scope.whole, scope, by: 'log', reason: '' };
    });
  }

  async #farDifference(chain: Chain, exclude: Exclusion): Promise<Found> {
    const whole = await this.wholeState(chain);
    return withCurrent(this.database, exclude, async (state, scope) => {
      this.#keep(exclude, scope);
      await this.#assertSchema(chain, scope);
      const stored = stateOf(whole, state, await state.sequences());
      const changes = await differenceOf(stored, state);
      return {
        changes,
        schema: scope.whole,
        scope,
        by: 'whole database',
        reason: this.checkpoints.reason,
      };
    });
  }

  #nearRestore(chain: Chain, exclude: Exclusion): Promise<Way | null> {
    return this.checkpoints.use(async (log) => {
      const from = await this.#nearest(chain, exclude);
      if (!from) return null;
      const isAll = excludedNames(exclude).length === 0 && !from.tables.some(isOfMigrations);
      // Without it, a restore in a new process does not have to look at the schema.
      if (isAll && from.place === chain.length - 1) {
        await this.checkpoints.rewind(log, from.checkpoint);
        return { by: 'log', reason: '' };
      }
      if (from.place < chain.length - 1) await assertValues(chain);
      const scope = await this.#knownScope(exclude);
      const done = isAll ? null : await log.changes({ since: from.checkpoint });
      if (done && hasOthers(done, scope)) {
        await this.#apply(invert(inScope(done, scope)), scope, last(chain).name);
        const near = chain.slice(0, from.place + 1) as unknown as Chain;
        await this.mark(near, exclude, scope, from.checkpoint, null);
      } else await this.checkpoints.rewind(log, from.checkpoint);
      const find = findInDatabase(this.database, scope);
      const wanted = await this.#changesAfter(chain, from, scope, find);
      if (wanted) {
        await this.#apply(wanted, scope, last(chain).name);
        await this.mark(chain, exclude, scope, from.checkpoint, wanted);
      }
      return { by: 'log', reason: '' };
    });
  }

  async #farRestore(chain: Chain, exclude: Exclusion): Promise<Done> {
    const whole = await this.wholeState(chain);
    for (let tries = 1; ; tries += 1) {
      const { changes, scope, wanted } = await withCurrent(
        this.database,
        exclude,
        async (state, current) => {
          this.#keep(exclude, current);
          await this.#assertSchema(chain, current);
          const stored = stateOf(whole, state, await state.sequences());
          return {
            changes: await differenceOf(state, stored),
            scope: current,
            wanted: { whole, sequences: await stored.sequences() },
          };
        },
      );
      try {
        const isReloaded = await this.#reload(changes, wanted, scope);
        if (!isReloaded) await this.#apply(changes, scope, last(chain).name);
        return { changes, scope, isFilled: isReloaded && !isEmpty(changes) };
      } catch (error) {
        // Somebody may have written between the two steps: once more shows who is wrong.
        const isConflict = error instanceof HfitError && conflicts.has(error.code);
        if (!isConflict || tries > 1) throw error;
      }
    }
  }

  async #reload(changes: ChangeSet, wanted: Wanted, scope: Scope): Promise<boolean> {
    if (!isSoonerReloaded(changes, wanted)) return false;
    const { dangerouslyAllowAnyDatabase = false } = this.#options;
    return reload(this.database, changes, wanted, scope, { dangerouslyAllowAnyDatabase });
  }

  /** @throws HFIT_FIXPOINT_ROW, HFIT_FIXPOINT_EXCLUDED, HFIT_TRIGGERS_FIRE */
  async #apply(changes: ChangeSet, scope: Scope, name: string): Promise<void> {
    const { dangerouslyAllowAnyDatabase = false } = this.#options;
    const guard = { dangerouslyAllowAnyDatabase };
    await assertNoCascade(this.database, changes, scope, guard);
    try {
      await apply(this.database, changes, { ...guard, sequences: 'set' });
    } catch (error) {
      if (!(error instanceof HfitError) || error.code !== 'HFIT_CHANGES_CONFLICT') throw error;
      const refused = leftOver(error, changes, scope);
      if (refused) throw refused;
      const reason = error.what.replace('the change set does not fit ', 'table ');
      throw new HfitError('HFIT_FIXPOINT_ROW', { name, reason }, { cause: error });
    }
  }

  /** The last fixpoint of a chain that the log has a checkpoint of. */
  async #nearest(chain: Chain, exclude: Exclusion): Promise<Near | null> {
    return this.checkpoints.use(async (log) => {
      for (let place = chain.length - 1; place >= 0; place -= 1) {
        const part = chain.slice(0, place + 1) as unknown as Chain;
        const found = await this.checkpoints.find(log, stateKey(part, excludedNames(exclude)));
        if (found) return { ...found, place };
      }
      this.checkpoints.reason = 'its log does not know this fixpoint yet';
      return null;
    });
  }

  /** What the fixpoints after one of a chain do; null where it is the last one. */
  async #changesAfter(
    chain: Chain,
    from: Near,
    scope: Scope,
    find: Parameters<typeof changesIn>[1],
  ): Promise<ChangeSet | null> {
    let changes: ChangeSet | null = null;
    let { digest } = from;
    for (let place = from.place + 1; place < chain.length; place += 1) {
      const stored = chain[place] as Stored;
      const content = await stored.content();
      assertFits(chain, place, content, digest);
      assertSameTables(stored.name, content.file, scope, this.database.location, this.command);
      const next: ChangeSet = await changesIn(
        content.file,
        changes ? findAfter(changes, find) : find,
      );
      changes = changes ? compose(changes, next) : next;
      ({ digest } = content);
    }
    return changes && inScope(changes, scope);
  }

  async #assertSchema(chain: Chain, scope: Scope): Promise<void> {
    for (const stored of chain) {
      const { file } = await stored.content();
      assertSameTables(stored.name, file, scope, this.database.location, this.command);
    }
  }

  async #knownScope(exclude: Exclusion): Promise<Scope> {
    const names = JSON.stringify(exclude);
    if (this.#scope?.names === names) return this.#scope.scope;
    const scope = scopeOf(await this.database.introspect(), exclude);
    this.#keep(exclude, scope);
    return scope;
  }

  #keep(exclude: Exclusion, scope: Scope): void {
    this.#scope = { names: JSON.stringify(exclude), scope };
  }
}

const conflicts = new Set<string>(['HFIT_FIXPOINT_ROW', 'HFIT_FIXPOINT_EXCLUDED']);

/** Those that a fixpoint was restored in: what is restored a second time will be so often. */
const restored = new WeakSet<Database>();

/** So often a restore begins again where somebody else writes meanwhile. */
const most = 3;

interface Done {
  readonly changes: ChangeSet;
  readonly scope: Scope;
  /** Whether so much differed that tables were filled anew. */
  readonly isFilled: boolean;
}

interface Near extends Marked {
  /** In the chain. */
  readonly place: number;
}

export const last = (chain: Chain): Stored => chain.at(-1) as Stored;

/** Whether a change set touches what is not in scope. */
function hasOthers(changes: ChangeSet, scope: Scope): boolean {
  return (
    changes.tables.some((it) => !scope.includes(it)) ||
    changes.sequences.some((it) => !scope.includesSequence(it))
  );
}

function isSame(done: ChangeSet, seen: ChangeSet): boolean {
  try {
    return isEmpty(compose(invert(done), seen));
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_CHANGES_CHAIN') return false;
    throw error;
  }
}
