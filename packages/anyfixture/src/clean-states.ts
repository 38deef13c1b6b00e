import { AsyncLocalStorage } from 'node:async_hooks';
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
      try {
        return await this.#inside.run(true, async () => block());
      } finally {
        await enable(this.#core);
      }
    };
    return this.#inside.getStore() ? work() : this.#turns.run(work);
  }
}
