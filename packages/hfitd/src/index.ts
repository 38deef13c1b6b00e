export { type ReadOptions, readConfiguration } from './config/read.js';
export type {
  Configuration,
  LogLevel,
  Settings,
  SourceSettings,
  VolumeSettings,
} from './config/settings.js';
export { type Daemon, type StartOptions, startDaemon } from './daemon.js';
export type { LogTarget } from './log.js';
export { startWorker, type Worker } from './worker.js';
