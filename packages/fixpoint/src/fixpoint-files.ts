import type { Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type Chain, chainOf } from './chain/chain.js';
import { type Overview, overviewOf } from './chain/overview.js';
import { rebaseOne } from './chain/rebase.js';
import { Folder, type Sizes, type Stored } from './files/folder.js';
import type { FixpointFile } from './files/model.js';
import { type FixpointOptions, inCi } from './options.js';

export interface FixpointFilesOptions extends Sizes, Pick<FixpointOptions, 'directory' | 'ci'> {}

/** The fixpoints of a directory as files: what can be told and done without a database. */
export class FixpointFiles {
  readonly #folder: Folder;
  readonly #options: FixpointFilesOptions;

  constructor(options: FixpointFilesOptions) {
    this.#folder = new Folder(options.directory, options);
    this.#options = options;
  }

  /** @throws HFIT_FIXPOINT_NAME */
  path(name: string): string {
    return this.#folder.path(name);
  }

  exists(name: string): Promise<boolean> {
    return this.#folder.exists(name);
  }

  /** The names of all fixpoints, in their order. */
  list(): Promise<string[]> {
    return this.#folder.list();
  }

  /**
   * What the file of a fixpoint holds.
   * @throws HFIT_FIXPOINT_ABSENT, HFIT_FIXPOINT_FILE
   */
  async read(name: string): Promise<FixpointFile> {
    const stored = await this.#folder.find(name);
    if (stored) return (await stored.content()).file;
    throw this.#absent(name);
  }

  /** All of them, each after its parent, and what is to be recorded again. */
  overview(): Promise<Overview> {
    return overviewOf(this.#folder);
  }

  /**
   * @returns whether there was one
   * @throws HFIT_FIXPOINT_CI
   */
  remove(name: string): Promise<boolean> {
    this.#assertMayWrite(`"${name}"`, 'removed', `remove ${name}`);
    return this.#folder.remove(name);
  }

  /**
   * Moves the changes of a fixpoint, and of all that it is built on, on to what their parents are
   * now; those that fit are written, up to the first that does not.
   * @param name without one, all that are built on others
   * @param schema of the database: with it, a row that would point to one that the parent no longer
   *   has is told; files do not know their foreign keys
   * @returns the names of those that were written, in their order
   * @throws HFIT_FIXPOINT_REBASE, HFIT_FIXPOINT_ABSENT, HFIT_FIXPOINT_PARENT_MISSING,
   *   HFIT_FIXPOINT_CYCLE, HFIT_FIXPOINT_CI
   */
  async rebase(name?: string, schema: Schema | null = null): Promise<string[]> {
    const [which, words] =
      name === undefined ? ['what no longer fits', 'rebase'] : [`"${name}"`, `rebase ${name}`];
    this.#assertMayWrite(which, 'moved on to its parent', words);
    const names =
      name === undefined ? (await this.overview()).fixpoints.map((it) => it.name) : [name];
    const moved: string[] = [];
    for (const each of names) {
      const length = (await this.#chain(each)).length;
      for (let i = 1; i < length; i += 1) {
        // Read anew: what stands before may just have been written.
        const chain = await this.#chain(each);
        const stored = chain[i] as Stored;
        const parents = chain.slice(0, i) as unknown as Chain;
        if (await rebaseOne(this.#folder, stored, parents, schema)) moved.push(stored.name);
      }
    }
    return moved;
  }

  async #chain(name: string): Promise<Chain> {
    const chain = await chainOf(this.#folder, name);
    if (chain) return chain;
    throw this.#absent(name);
  }

  #absent(name: string): HfitError {
    const { directory } = this.#folder;
    const command = 'the test that stores it';
    return new HfitError('HFIT_FIXPOINT_ABSENT', { name, directory, command });
  }

  #assertMayWrite(name: string, action: string, words: string): void {
    if (!inCi(this.#options)) return;
    const command = `hfit fixpoint ${words} --dir ${this.#folder.directory}`;
    throw new HfitError('HFIT_FIXPOINT_CI', { name, action, command });
  }
}
