export { AnyFixture, type FixtureOptions } from '@hot-fixture/anyfixture';
export { openDatabase } from '@hot-fixture/database';
export { any, Fixpoints, lastRestored, near, pattern } from '@hot-fixture/fixpoint';
