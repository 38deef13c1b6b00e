export {
  AnyFixture,
  type FixtureOptions,
  type RunOptions,
  removeKept,
  type StartedRun,
  startRun,
} from '@hot-fixture/anyfixture';
export { openDatabase } from '@hot-fixture/database';
export {
  defineFactory,
  Factories,
  findTenantViolations,
  forTenant,
  many,
  one,
  openFactories,
  Profile,
  profileAsText,
  Registry,
  type RowOf,
  Session,
  scenario,
  seedDatabase,
  sequence,
  TestDataBuilder,
  tableFactory,
} from '@hot-fixture/factory';
export { any, Fixpoints, lastRestored, near, pattern } from '@hot-fixture/fixpoint';
export { DataType, Generator, literal } from '@hot-fixture/generator';
export { HotFixture, type HotFixtureOptions } from './hot/hot-fixture.js';
