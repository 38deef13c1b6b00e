import type { AnyFixture } from '@hot-fixture/anyfixture';
import type { Database } from '@hot-fixture/database';
import type { Factories } from '@hot-fixture/factory';
import type { Fixpoints } from '@hot-fixture/fixpoint';
import { test as base, type TestInfo, type TestType } from '@playwright/test';
import { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';

export { startRun } from '@hot-fixture/anyfixture';

/** What a test gets. */
export interface HotTest<Values extends object = Record<never, never>> {
  readonly database: Database;
  readonly fixtures: AnyFixture<Values>;
  readonly fixpoints: Fixpoints;
  readonly factories: Factories;
}

/** What all tests of a worker share: fixtures that start the application need them. */
export interface HotWorker<Values extends object = Record<never, never>> {
  readonly hot: HotFixture<Values>;
  /** Of the database of this worker, for the application. */
  readonly databaseUrl: string;
}

type Use<T> = (value: T) => Promise<void>;

/**
 * A `test` whose database comes back after each of its tests, one for each worker. Start the
 * application in a fixture of the worker, with `databaseUrl`.
 *
 * ```ts
 * export const test = hotFixture({ url: 'postgresql://localhost/shop', migrate: 'migrations/*.sql' });
 * ```
 *
 * In `globalSetup`, `startRun` makes the template; return its `finish`.
 */
export function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): TestType<
  typeof base extends TestType<infer T, infer _> ? T & HotTest<Values> : never,
  typeof base extends TestType<infer _, infer W> ? W & HotWorker<Values> : never
> {
  const worker = { scope: 'worker' } as const;
  const of = <K extends keyof HotFixture<Values>>(key: K) => [
    async ({ hot }: HotWorker<Values>, use: Use<HotFixture<Values>[K]>) => use(hot[key]),
    {},
  ];
  return base.extend({
    hot: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needs of a fixture off it.
      async ({}, use: Use<HotFixture<Values>>) => {
        const hot = await new HotFixture(options).open();
        await use(hot);
        await hot.close();
      },
      { ...worker, timeout: 120_000 },
    ],
    databaseUrl: [async ({ hot }: HotWorker<Values>, use: Use<string>) => use(hot.url), worker],
    database: of('database'),
    fixtures: of('fixtures'),
    fixpoints: of('fixpoints'),
    factories: [
      async ({ hot }: HotWorker<Values>, use: Use<Factories>) => use(await hot.factories()),
      {},
    ],
    atRewind: [
      async ({ hot }: HotWorker<Values>, use: Use<void>, info: TestInfo) => {
        // Hooks before all tests run again when a worker is replaced, so there is no telling them.
        await hot.beforeTest([...info.titlePath.slice(0, -1)].join('\n'));
        await use();
        await hot.afterTest({ title: info.title, failed: info.status !== info.expectedStatus });
      },
      { auto: true },
    ],
  } as never) as never;
}
