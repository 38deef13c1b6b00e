export {
  AnyFixture,
  type FixtureOptions,
  type RunOptions,
  removeKept,
  type StartedRun,
  startRun,
} from '@hot-fixture/anyfixture';
export { openDatabase } from '@hot-fixture/database';
export { any, Fixpoints, lastRestored, near, pattern } from '@hot-fixture/fixpoint';
export { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';
