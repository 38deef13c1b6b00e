import { dirname, join } from 'node:path';
import type { AnyFixture } from '@hot-fixture/anyfixture';
import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Factories } from '@hot-fixture/factory';
import type { Fixpoints } from '@hot-fixture/fixpoint';
import { test as base, expect, type TestAPI } from 'vitest';
import { HotFixture, type HotFixtureOptions } from '../hot/hot-fixture.js';

/** What a test gets from `hotFixture`. */
export interface HotTest<Values extends object = Record<never, never>> {
  readonly hot: HotFixture<Values>;
  /** Of the database of this worker, for the code under test. */
  readonly url: string;
  readonly database: Database;
  readonly fixtures: AnyFixture<Values>;
  readonly fixpoints: Fixpoints;
  readonly factories: Factories;
}

/** Tells Vitest's types which fixtures hooks before all tests, and fixtures of files, may use. */
interface OfFile<Values extends object> {
  readonly $__file?: HotTest<Values>;
}

type Use<T> = (value: T) => Promise<void>;

/**
 * A `test` whose database comes back after each of its tests. What hooks before all tests of a suite
 * have written is there for its tests. A test that is concurrent is refused (HFIT_HOT_CONCURRENT).
 *
 * ```ts
 * export const test = hotFixture({ url: 'postgresql://localhost/shop', migrate: 'migrations/*.sql' });
 * test('sells a book', async ({ url, fixtures, fixpoints }) => {
 * ```
 */
export function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): TestAPI<HotTest<Values> & OfFile<Values>> {
  const file = { scope: 'file' } as const;
  const of = <K extends keyof HotFixture<Values>>(key: K) =>
    [
      async ({ hot }: HotTest<Values>, use: Use<HotFixture<Values>[K]>) => {
        await use(hot[key]);
      },
      file,
    ] as const;
  return base.extend({
    hot: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the needs of a fixture off it.
      async ({}, use: Use<HotFixture<Values>>) => {
        const { testPath } = expect.getState();
        const directory = join(testPath === undefined ? '.' : dirname(testPath), 'fixpoints');
        const fixpoints = { directory, ...options.fixpoints };
        const hot = await new HotFixture<Values>({ ...options, fixpoints }).open();
        await use(hot);
        await hot.close();
      },
      file,
    ],
    url: of('url'),
    database: of('database'),
    fixtures: of('fixtures'),
    fixpoints: of('fixpoints'),
    factories: [
      async ({ hot }: HotTest<Values>, use: Use<Factories>) => use(await hot.factories()),
      file,
    ],
    atRewind: [
      async (
        { hot, task }: HotTest<Values> & { task: Task },
        use: Use<undefined>,
      ): Promise<void> => {
        if (task.concurrent) throw new HfitError('HFIT_HOT_CONCURRENT', { test: task.name });
        await hot.beforeTest(task.suite ?? task.file);
        await use(undefined);
        await hot.afterTest({ title: task.name, failed: task.result?.state === 'fail' });
      },
      { auto: true },
    ],
  } as never) as never;
}

interface Task {
  readonly name: string;
  readonly concurrent?: boolean;
  readonly suite?: object;
  readonly file: object;
  readonly result?: { readonly state: string };
}
