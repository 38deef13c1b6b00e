import { after, afterEach, beforeEach } from 'node:test';
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
 * It is open at once: hooks before all tests of a file do not wait for each other in Node 20. Close
 * what is connected in `hot.beforeClose`.
 */
export async function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): Promise<HotFixture<Values>> {
  const hot = await new HotFixture(options).open();
  beforeEach((context) => hot.beforeTest(suiteOf(context as Context)));
  afterEach((context) => {
    const { name, passed = true } = context as Context;
    return hot.afterTest({ ...(name !== undefined && { title: name }), failed: !passed });
  });
  after(() => hot.close());
  return hot;
}

/** The names of the suites above a test; an object of its own where this Node does not tell them. */
function suiteOf({ name = '', fullName }: Context): unknown {
  return fullName?.slice(0, -name.length);
}
