import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Difference } from '../compare/difference.js';
import { removePage, writePage } from './write-page.js';

/** Where the pages of failed comparisons go: beside the fixpoints, and out of Git. */
export class Pages {
  readonly #folder: string | null;

  /**
   * @param directory of the fixpoints
   * @param wanted a folder, or false for none; by default what HFIT_DIFFERENCES names, else
   *   `.differences` in the directory, but in CI none: there nothing is written unasked
   */
  constructor(directory: string, inCi: boolean, wanted?: string | false) {
    const usual = inCi ? null : join(directory, '.differences');
    this.#folder = (wanted ?? (process.env.HFIT_DIFFERENCES || usual)) || null;
  }

  /**
   * @param about a line about the comparison
   * @returns the URL of the page; null where none is wanted or can be written, for the difference
   *   is what has to be told
   */
  async write(difference: Difference, name: string, about: string): Promise<string | null> {
    if (this.#folder === null) return null;
    try {
      return pathToFileURL(await writePage(this.#folder, difference, { name, about })).href;
    } catch {
      return null;
    }
  }

  /** Of a difference that is no more. */
  async remove(name: string): Promise<void> {
    if (this.#folder !== null) await removePage(this.#folder, name).catch(() => {});
  }
}
