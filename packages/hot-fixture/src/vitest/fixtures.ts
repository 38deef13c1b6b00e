import { Database, openDatabase } from '@hot-fixture/database';
import { Fixpoints } from '@hot-fixture/fixpoint';
import { expect } from 'vitest';
import { optionsFor, type SomeFixpointOptions } from './known.js';

/** What `fixpointFixtures` gives to a test. */
export interface FixpointFixtures {
  readonly database: Database;
  readonly fixpoints: Fixpoints;
}

type Use<T> = (value: T) => Promise<void>;
type Fixture<T, Needs> = [(needs: Needs, use: Use<T>) => Promise<void>, { readonly scope: 'file' }];

/**
 * Fixtures for `test.extend`: `database` and its `fixpoints`, one for each test file, closed after
 * its last test. Tests of one database must not run at the same time.
 *
 * ```ts
 * const test = base.extend<FixpointFixtures>(fixpointFixtures(() => 'postgresql://localhost/shop_test'));
 * test('posts an item', async ({ fixpoints }) => {
 *   await fixpoints.restore('registered_user');
 * ```
 *
 * @param open gives a database, its URL, or a handle of its driver
 */
export function fixpointFixtures(
  open: () => MayBeLater<Database | string | object>,
  options: SomeFixpointOptions = {},
): {
  database: Fixture<Database, object>;
  fixpoints: Fixture<Fixpoints, { readonly database: Database }>;
} {
  return {
    database: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the needs of a fixture off it.
      async ({}, use) => {
        const given = await open();
        const database = given instanceof Database ? given : await openDatabase(given);
        await use(database);
        if (given !== database) await database.close();
      },
      { scope: 'file' },
    ],
    fixpoints: [
      async ({ database }, use) => {
        const { testPath } = expect.getState();
        const fixpoints = new Fixpoints(database, optionsFor(testPath, options));
        await use(fixpoints);
        await fixpoints.close();
      },
      { scope: 'file' },
    ],
  };
}

type MayBeLater<T> = T | Promise<T>;
