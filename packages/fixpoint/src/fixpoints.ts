import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type Chain, chainOf } from './chain/chain.js';
import { tagsIn } from './chain/tags.js';
import { compareInDatabase } from './compare/compare.js';
import type { Difference } from './compare/difference.js';
import { type FixpointDifference, FixpointDiffers } from './differs.js';
import { isThere } from './files/folder.js';
import { FixpointFiles } from './fixpoint-files.js';
import { gemChain, gemFile } from './gem/import.js';
import { Ground, type Way } from './ground.js';
import {
  type ComparisonOptions,
  type FixpointOptions,
  inCi,
  isUpdating,
  lastRestored,
  mergedRules,
  type ParentName,
  type RestoreOptions,
  type StoreOptions,
} from './options.js';
import { Pages } from './show/pages.js';
import { type Exclusion, exclusionOf } from './state/scope.js';
import { store } from './store.js';

/**
 * The fixpoints of one database: named states in files, which tests store, restore and compare.
 * With several databases, make one of these for each, with a directory of its own.
 *
 * Errors of all calls that take a name: HFIT_FIXPOINT_NAME, HFIT_FIXPOINT_FOLDER; of those that
 * read a file: HFIT_FIXPOINT_FILE, HFIT_FIXPOINT_SCHEMA, HFIT_FIXPOINT_PARENT_MISSING,
 * HFIT_FIXPOINT_PARENT_CHANGED, HFIT_FIXPOINT_CYCLE; of those that touch the database:
 * HFIT_NOT_A_TEST_DATABASE, HFIT_LOG_WRITER, HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST.
 */
export class Fixpoints {
  readonly #ground: Ground;
  readonly #options: FixpointOptions;
  #lastRestored: string | null = null;

  constructor(database: Database, options: FixpointOptions) {
    this.#ground = new Ground(database, options);
    this.#options = options;
  }

  /** The name of the fixpoint that was restored here last; null where none was. */
  get lastRestored(): string | null {
    return this.#lastRestored;
  }

  get directory(): string {
    return this.#ground.folder.directory;
  }

  /**
   * As `files.rebase`, and holds the rows to the foreign keys of this database.
   * @throws HFIT_FIXPOINT_REBASE and what else `files.rebase` throws
   */
  async rebase(name?: string): Promise<string[]> {
    return this.files.rebase(name, await this.#ground.database.introspect());
  }

  /** The file of a fixpoint, whether it is there or not. */
  path(name: string): string {
    return this.#ground.folder.path(name);
  }

  exists(name: string): Promise<boolean> {
    return this.#ground.folder.exists(name);
  }

  /** What can be told and done without a database: tree, verify, rebase. */
  get files(): FixpointFiles {
    return new FixpointFiles(this.#options);
  }

  /** The names of all fixpoints, in their order. */
  list(): Promise<string[]> {
    return this.#ground.folder.list();
  }

  /**
   * Deletes a fixpoint; those that are built on it cannot be restored until it is back.
   * @returns whether there was one
   * @throws HFIT_FIXPOINT_CI
   */
  remove(name: string): Promise<boolean> {
    return this.files.remove(name);
  }

  /**
   * Stores the state of the database, in place of what was stored under this name.
   * @returns the path of the file
   * @throws HFIT_FIXPOINT_CI, HFIT_FIXPOINT_BUSY, HFIT_FIXPOINT_ABSENT of the parent,
   *   HFIT_FIXPOINT_NOT_RESTORED
   */
  async store(name: string, options: StoreOptions = {}): Promise<string> {
    return this.#store(name, options, []);
  }

  /** @param noted tables that a file which it takes the place of was stored without */
  async #store(name: string, options: StoreOptions, noted: readonly string[]): Promise<string> {
    this.#ground.folder.path(name);
    this.#assertMayWrite(name);
    this.#assertTestDatabase();
    const reservation = await this.#ground.folder.reserve(name);
    try {
      const parent = await this.#parent(options.parent);
      assertNotAbove(name, parent);
      const exclude = { ...this.#exclude(options.excludeTables), noted };
      return (await store(this.#ground, reservation, { name, parent, exclude })).path;
    } finally {
      await reservation.release();
    }
  }

  /**
   * Stores the state of the database, if there is no fixpoint of this name yet.
   * @returns whether it was stored
   * @throws what `store` throws; in CI, HFIT_FIXPOINT_ABSENT
   */
  async storeUnlessPresent(name: string, options: StoreOptions = {}): Promise<boolean> {
    if (await this.exists(name)) return false;
    if (inCi(this.#options)) throw this.#absent(name);
    await this.store(name, options);
    return true;
  }

  /**
   * Makes the database what a fixpoint says: all of it, sequences too, or nothing. Excluded tables
   * stay as they are. Where the log knows the fixpoint, it costs what has changed since.
   * @throws HFIT_FIXPOINT_ABSENT, HFIT_FIXPOINT_ROW, HFIT_FIXPOINT_EXCLUDED, HFIT_TRIGGERS_FIRE
   */
  async restore(name: string, options: RestoreOptions = {}): Promise<Way> {
    this.#assertTestDatabase();
    const exclude = this.#exclude(options.excludeTables);
    const way = (await this.#restoreGem(name, exclude)) ?? (await this.#restore(name, exclude));
    this.#lastRestored = name;
    return way;
  }

  /**
   * Makes fixpoints of ours of one that the Ruby gem has written, and of all that it is built on:
   * each is loaded into the database and stored. Those that are there already are written anew.
   * @param from the folder of the gem's files; by default that of the fixpoints
   * @returns their names, in their order
   * @throws HFIT_FIXPOINT_GEM, HFIT_FIXPOINT_GEM_ABSENT, and what `restore` and `store` throw
   */
  async importGem(name: string, from: string = this.directory): Promise<string[]> {
    this.#assertMayWrite(name);
    this.#assertTestDatabase();
    const links = await gemChain(from, name);
    if (!links) throw new HfitError('HFIT_FIXPOINT_GEM_ABSENT', { name, directory: from });
    for (const link of links) {
      await this.#ground.loadGem(link, this.#exclude());
      await this.store(link.name, link.parent === null ? {} : { parent: link.parent });
    }
    return links.map((it) => it.name);
  }

  /**
   * Compares the database with a fixpoint.
   * @returns what was found, where nothing differs, or where the new state was to be accepted
   * @throws FixpointDiffers, HFIT_FIXPOINT_ABSENT, HFIT_FIXPOINT_OF_GEM, HFIT_FIXPOINT_RULES; with `storeAndFail`, HFIT_FIXPOINT_STORED
   */
  async compare(name: string, options: ComparisonOptions = {}): Promise<FixpointDifference> {
    const update = isUpdating(this.#options, options);
    const difference = await this.difference(name, { ...options, update });
    const pages = new Pages(this.directory, inCi(this.#options), this.#options.pages);
    if (difference.equal || difference.updated) {
      await pages.remove(name);
      return difference;
    }
    const about = `${this.#ground.database.location} · ${new Date().toLocaleString('en-GB')}`;
    const page = await pages.write(difference, name, about);
    throw new FixpointDiffers(difference, this.path(name), page);
  }

  /** The same, where a difference is no error; it writes only what a call of it asks for. */
  async difference(name: string, options: ComparisonOptions = {}): Promise<FixpointDifference> {
    this.#assertTestDatabase();
    const chain = await chainOf(this.#ground.folder, name);
    if (!chain) return this.#storeAndFail(name, options);
    const { storeAndFail: _, parent: __, update: ___, ...own } = options;
    const rules = mergedRules(this.#options, own);
    const exclude = { asked: rules.excludeTables ?? [], noted: [] };
    const isAccepted = options.update === true && !inCi(this.#options);
    const found = await this.#ground.difference(chain, exclude).catch((error) => {
      if (!isAccepted || !isOutdated(error)) throw error;
      return null;
    });
    if (!found) {
      await this.#update(name, chain, options, exclude);
      return { ...nothingCompared(this.#ground.database), name, updated: true };
    }
    const { changes, schema, by, reason } = found;
    const tags = [...(rules.tags ?? []), ...(await tagsIn(chain))];
    const difference = await compareInDatabase(this.#ground.database, changes, schema, {
      ...rules,
      tags,
    });
    const updated = !difference.equal && isAccepted;
    if (updated) await this.#update(name, chain, options, exclude);
    return { ...difference, name, by, reason, updated };
  }

  /** Gives the connection of the change log back; the next call takes one again. */
  close(): Promise<void> {
    return this.#ground.checkpoints.close();
  }

  /** Writes a fixpoint anew, on the parent that it had. */
  async #update(
    name: string,
    chain: Chain,
    { parent = chain.at(-2)?.name }: ComparisonOptions,
    { asked: excludeTables }: Exclusion,
  ): Promise<void> {
    const { noted } = exclusionOf({ asked: [], noted: [] }, chain);
    await this.#store(name, { ...(parent !== undefined && { parent }), excludeTables }, noted);
  }

  async #restore(name: string, exclude: Exclusion): Promise<Way> {
    return this.#ground.restore(await this.#ground.chain(name), exclude);
  }

  /** Null where there is none of the gem's, or one of ours in its place. */
  async #restoreGem(name: string, exclude: Exclusion): Promise<Way | null> {
    if (await this.exists(name)) return null;
    const link = (await gemChain(this.directory, name))?.at(-1);
    if (!link) return null;
    await this.#ground.loadGem(link, exclude);
    return { by: 'whole database', reason: 'it is a fixpoint of the Ruby gem' };
  }

  async #storeAndFail(name: string, options: ComparisonOptions): Promise<never> {
    const isWanted = options.storeAndFail || options.update;
    if (!isWanted || inCi(this.#options)) {
      const { directory } = this;
      const file = gemFile(directory, name);
      if (!(await isThere(file))) throw this.#absent(name);
      throw new HfitError('HFIT_FIXPOINT_OF_GEM', { name, file, directory });
    }
    const { parent, excludeTables } = options;
    const file = await this.store(name, {
      ...(parent !== undefined && { parent }),
      ...(excludeTables && { excludeTables }),
    });
    throw new HfitError('HFIT_FIXPOINT_STORED', { name, file });
  }

  async #parent(parent: ParentName | undefined): Promise<Chain | null> {
    if (parent === undefined) return null;
    const name = parent === lastRestored ? this.#lastRestored : parent;
    if (name === null) throw new HfitError('HFIT_FIXPOINT_NOT_RESTORED', {});
    const { commandFor } = this.#options;
    if (!(await this.exists(name))) throw this.#absent(name, commandFor?.(name));
    return this.#ground.chain(name);
  }

  #exclude(more: readonly string[] = []): Exclusion {
    return { asked: [...(this.#options.excludeTables ?? []), ...more], noted: [] };
  }

  #absent(name: string, command = this.#ground.command): HfitError {
    const { directory } = this;
    return new HfitError('HFIT_FIXPOINT_ABSENT', { name, directory, command });
  }

  #assertMayWrite(name: string): void {
    if (!inCi(this.#options)) return;
    const { command } = this.#ground;
    throw new HfitError('HFIT_FIXPOINT_CI', { name: `"${name}"`, action: 'written', command });
  }

  #assertTestDatabase(): void {
    this.#ground.database.assertTestDatabase(this.#options);
  }
}

/** A fixpoint that is built on itself could never be restored. */
function assertNotAbove(name: string, parent: Chain | null): void {
  const names = parent?.map((it) => it.name) ?? [];
  if (!names.includes(name)) return;
  throw new HfitError('HFIT_FIXPOINT_CYCLE', { name, chain: [...names, name].join(' → ') });
}

/** Whether a fixpoint cannot be compared with any more, and is to be recorded again. */
function isOutdated(error: unknown): boolean {
  const codes = ['HFIT_FIXPOINT_PARENT_CHANGED', 'HFIT_FIXPOINT_SCHEMA', 'HFIT_FIXPOINT_FILE'];
  return error instanceof HfitError && codes.includes(error.code);
}

function nothingCompared({ dialect }: Database): Difference & Way {
  const changes = { dialect: dialect.name, tables: [], sequences: [] };
  const reason = 'it could not be compared, and was stored anew';
  return { equal: false, changes, accepted: [], by: 'whole database', reason };
}
