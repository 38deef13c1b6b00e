import { HfitError } from '@hot-fixture/errors';
import { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';

export { startRun } from '@hot-fixture/anyfixture';

type Hook = (work: () => Promise<void>, timeout?: number) => void;

/** What Jest puts into the global scope of a test file. */
interface Globals {
  readonly beforeAll?: Hook;
  readonly afterAll?: Hook;
  readonly beforeEach?: Hook;
  readonly afterEach?: Hook;
  readonly expect?: { getState(): { readonly currentTestName?: string } };
}

/** What jest-circus knows of the tests of a file, and of the one that runs. */
interface Circus {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[]; readonly parent: object };
  readonly rootDescribeBlock?: Block;
}

interface Block {
  readonly name: string;
  readonly concurrent?: boolean;
  readonly children?: readonly Block[];
}

/** In milliseconds: making a template takes longer than Jest gives to a hook. */
const patience = 120_000;

/**
 * A database for the tests of this file, which comes back after each of them. To be called at the top
 * of a test file, or of a module that it imports.
 *
 * ```js
 * const hot = hotFixture({ url: 'postgresql://localhost/shop', migrate: 'migrations/*.sql' });
 * test('sells a book', async () => { hot.url, hot.fixtures, hot.fixpoints });
 * ```
 *
 * Close what is connected in `hot.beforeClose`. In `globalSetup` and `globalTeardown`, `startRun` makes the template and drops databases at the end.
 * @throws HFIT_HOT_RUNNER; tests that are concurrent throw HFIT_HOT_CONCURRENT
 */
export function hotFixture<Values extends object = Record<never, never>>(
  options: HotFixtureOptions<Values>,
): HotFixture<Values> {
  const { beforeAll, afterAll, beforeEach, afterEach, expect } = globalThis as Globals;
  if (!beforeAll || !afterAll || !beforeEach || !afterEach) {
    throw new HfitError('HFIT_HOT_RUNNER', { runner: 'jest' });
  }
  const hot = new HotFixture(options);
  beforeAll(async () => {
    // Jest calls no hooks around each of them.
    const atOnce = concurrentIn(circus()?.rootDescribeBlock);
    if (atOnce) throw new HfitError('HFIT_HOT_CONCURRENT', { test: atOnce.name });
    await hot.open();
  }, patience);
  beforeEach(() => hot.beforeTest(circus()?.currentlyRunningTest?.parent));
  afterEach(() => {
    const title = expect?.getState().currentTestName;
    const failed = (circus()?.currentlyRunningTest?.errors.length ?? 0) > 0;
    return hot.afterTest({ ...(title !== undefined && { title }), failed });
  });
  afterAll(() => hot.close());
  return hot;
}

/** Jest has no public word for whether a test failed; its runner keeps it under a symbol. */
function circus(): Circus | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  return symbol && (globalThis as unknown as Record<symbol, Circus>)[symbol];
}

function concurrentIn(block: Block | undefined): Block | undefined {
  if (block?.concurrent) return block;
  for (const child of block?.children ?? []) {
    const found = concurrentIn(child);
    if (found) return found;
  }
  return undefined;
}
