import { after, afterEach, beforeEach } from 'node:test';
import { HfitError } from '@hot-fixture/errors';
import { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';

/** What hooks of node:test are given, as far as this Node tells. */
interface Context {
  readonly name?: string;
  readonly fullName?: string;
  readonly passed?: boolean;
}

/**
 * A database for the tests of this process, which comes back after each of them. To be called at the
 * top of a test file, or of a module that it imports.
 *
 * ```ts
 * const hot = await hotFixture({ url: 'postgresql://localhost/shop', migrate: 'migrations/*.sql' });
 * test('sells a book', async () => { hot.url, hot.fixtures, hot.fixpoints });
 * ```
 *
 * A test within a test begins with what that has written so far. Tests at once are refused
 * (HFIT_HOT_CONCURRENT).
 *
 * It is open at once: hooks before all tests of a file do not wait for each other in Node 20. Close
 * what is connected in `hot.beforeClose`.
 */
export async function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): Promise<HotFixture<Values>> {
  const hot = await new HotFixture(options).open();
  const running: Context[] = [];
  beforeEach((context) => {
    const test = context as Context;
    const outer = running.at(-1);
    if (outer && !isWithin(test, outer)) {
      throw new HfitError('HFIT_HOT_CONCURRENT', { test: test.name ?? '' });
    }
    running.push(test);
    return outer ? undefined : hot.beforeTest(suiteOf(test));
  });
  afterEach((context) => {
    const { name, passed = true } = context as Context;
    if (running.at(-1)?.name === name) running.pop();
    // A test within another one is a part of it.
    if (running.length > 0) return;
    return hot.afterTest({ ...(name !== undefined && { title: name }), failed: !passed });
  });
  after(() => hot.close());
  return hot;
}

/** Whether a test runs within another one; taken for so where this Node does not tell. */
function isWithin({ fullName }: Context, outer: Context): boolean {
  if (fullName === undefined || outer.fullName === undefined) return true;
  return fullName.startsWith(`${outer.fullName} > `);
}

/** The names of the suites above a test; an object of its own where this Node does not tell them. */
function suiteOf({ name = '', fullName }: Context): unknown {
  return fullName?.slice(0, -name.length);
}
