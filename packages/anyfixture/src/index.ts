export { AnyFixture, type Dsl } from './any-fixture.js';
export type { CleanStateOptions } from './clean.js';
export type { DatabaseSource } from './core.js';
export {
  type Dump,
  type DumpBlock,
  type DumpEvent,
  type DumpHook,
  type DumpOptions,
  type DumpSettings,
  defaultWatch,
} from './dump/options.js';
export type { FixtureOptions } from './options.js';
export {
  type FixtureReport,
  type FixtureUse,
  mergeReports,
  reportAsText,
} from './report/report.js';
export { finishRunReport, readRunReport } from './report/run.js';
export type { ReportSettings } from './report/settings.js';
export type { Block } from './typed.js';
export type { ResetUse } from './workers/between.js';
export type {
  Files,
  MigratedDatabase,
  Migrations,
  ResetName,
  WorkerOptions,
} from './workers/options.js';
export { type RunOptions, removeKept, type StartedRun, startRun } from './workers/run.js';
export { openWorker, type TestOutcome, WorkerDatabase } from './workers/worker.js';
