import { AsyncLocalStorage } from 'node:async_hooks';
import { HfitError } from '@hot-fixture/errors';
import { reasonOf } from './build.js';
import { type CleanStateOptions, disable, enable } from './clean.js';
import type { Core } from './core.js';
import { Turns } from './turns.js';

/** Blocks that each have a clean database for themselves: one at a time, or one within another. */
export class CleanStates {
  readonly #core: Core;
  readonly #turns = new Turns();
  readonly #inside = new AsyncLocalStorage<true>();

  constructor(core: Core) {
    this.#core = core;
  }

  run<T>(block: () => T | Promise<T>, options: CleanStateOptions): Promise<T> {
    const work = async () => {
      await disable(this.#core, options);
      let result: T;
      try {
        result = await this.#inside.run(true, async () => block());
      } catch (cause) {
        await enable(this.#core).catch((error) => {
          throw new HfitError('HFIT_FIXTURE_AWAY', { reason: reasonOf(error) }, { cause });
        });
        throw cause;
      }
      await enable(this.#core);
      return result;
    };
    return this.#inside.getStore() ? work() : this.#turns.run(work);
  }
}
