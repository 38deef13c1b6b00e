import { expect } from 'vitest';
import { type FixpointMatcherOptions, toMatchFixpoint } from './vitest/matcher.js';

export { ispFixtures } from './vitest/factories.js';
export { type FixpointFixtures, fixpointFixtures } from './vitest/fixtures.js';
export { type HotTest, hotFixture } from './vitest/hot.js';
export { fixpointOptions, type SomeFixpointOptions } from './vitest/known.js';
export type { FixpointMatcherOptions } from './vitest/matcher.js';

expect.extend({ toMatchFixpoint });

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: it has to be declared as Vitest declares it.
  interface Matchers<T = any> {
    /**
     * Compares a database (a `Database`, a handle of its driver, or `Fixpoints`) with a stored
     * fixpoint. Await it. The first time it stores the state and fails; `vitest -u` accepts what
     * is there; with CI=true nothing is written.
     */
    toMatchFixpoint(name: string, options?: FixpointMatcherOptions): Promise<T>;
  }
}
