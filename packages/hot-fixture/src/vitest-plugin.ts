import { type RunOptions, startRun } from '@hot-fixture/anyfixture';

/** What Vite knows of a plugin, as far as it matters here. */
export interface HotFixturePlugin {
  readonly name: string;
  configureVitest(context: {
    readonly vitest: { onClose(work: () => Promise<void>): void };
  }): Promise<void>;
}

/**
 * A plugin for `vitest.config.ts`: makes the template before all tests, lets each worker use its
 * database for one test file after the other, and drops all of them at the end. Without it, each test
 * file gets a database, and nothing else changes.
 */
export function hotFixture(options: RunOptions): HotFixturePlugin {
  let started = false;
  return {
    name: 'hot-fixture',
    async configureVitest({ vitest }) {
      // It is called once for each project of one run.
      if (started) return;
      started = true;
      const run = await startRun(options);
      vitest.onClose(() => run.finish());
    },
  };
}
