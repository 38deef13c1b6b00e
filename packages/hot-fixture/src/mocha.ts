import { type StartedRun, startRun } from '@hot-fixture/anyfixture';
import { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';

/** What Mocha gives to root hooks as `this`. */
interface Context {
  /** In milliseconds. */
  timeout(patience: number): unknown;
  readonly currentTest?: {
    readonly title: string;
    readonly state?: string;
    readonly parent?: object;
    fullTitle(): string;
  };
}

/** What a module for `mocha --require` exports, and what tests use. */
export interface HotMocha<Values extends object> {
  readonly hot: HotFixture<Values>;
  readonly mochaHooks: {
    beforeAll(this: Context): Promise<void>;
    beforeEach(this: Context): Promise<void>;
    afterEach(this: Context): Promise<void>;
    afterAll(): Promise<void>;
  };
  mochaGlobalSetup(): Promise<void>;
  mochaGlobalTeardown(): Promise<void>;
}

/**
 * A database for each process of Mocha, which comes back after each test.
 *
 * ```js
 * // test/database.js, given by `mocha --require test/database.js`
 * export const { hot, mochaHooks, mochaGlobalSetup, mochaGlobalTeardown } =
 *   hotFixture({ url: 'postgresql://localhost/shop', migrate: 'migrations/*.sql' });
 * ```
 */
export function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): HotMocha<Values> {
  const hot = new HotFixture(options);
  let run: StartedRun | null = null;
  return {
    hot,
    mochaHooks: {
      async beforeAll() {
        // To make a template takes longer than Mocha gives to a hook.
        this.timeout(120_000);
        await hot.open();
      },
      beforeEach() {
        return hot.beforeTest(this.currentTest?.parent);
      },
      afterEach() {
        const { currentTest } = this;
        const title = currentTest?.fullTitle();
        return hot.afterTest({
          ...(title !== undefined && { title }),
          failed: currentTest?.state === 'failed',
        });
      },
      // Hooks of files come after it. Where they are in this process, the end of the run does.
      afterAll: async () => {
        if (!run) await hot.close();
      },
    },
    async mochaGlobalSetup() {
      run = await startRun(options);
    },
    async mochaGlobalTeardown() {
      await hot.close();
      await run?.finish();
    },
  };
}
