import { HfitError } from '@hot-fixture/errors';
import { complete } from './config/complete.js';
import type { Settings } from './config/settings.js';
import type { StartOptions } from './daemon.js';
import { makeLogger } from './log.js';
import type { Reloaded } from './reload.js';
import { openService } from './service.js';

/** Without these, what it builds would be of no use to anybody. */
const shared = ['store', 'redis', 'storage', 'maskingKeyFile', 'signingKeyFile'] as const;

/** A process that builds packages for daemons, and answers nobody. */
export interface Worker {
  /** Takes no new job; those that run may end for so many seconds, then others take them. */
  stop(grace?: number): Promise<void>;
  /** Takes another policy and other sources, as a daemon does. */
  reload(): Promise<Reloaded>;
}

/**
 * Starts a worker in this process.
 * @throws HFIT_WORKER_ALONE, HFIT_STORE_UNAVAILABLE, HFIT_REDIS_UNREACHABLE, and what opening a
 *   source or reading the policy throws
 */
export async function startWorker(settings: Settings, options: StartOptions = {}): Promise<Worker> {
  const configuration = complete(settings);
  for (const setting of shared) {
    if (settings[setting] === undefined) throw new HfitError('HFIT_WORKER_ALONE', { setting });
  }
  const log = makeLogger(configuration.logLevel, options.log);
  const jobs = { ...configuration.jobs, atOnce: Math.max(1, configuration.jobs.atOnce) };
  const opened = await openService({ ...configuration, jobs }, () => 'worker', log);
  const { background } = opened.service;
  await background.start();
  log.info('ready');
  const read = () => ({ ...complete(options.read?.() ?? settings), jobs });
  let ended: Promise<void> | undefined;
  const end = async (grace: number) => {
    log.info('stopping');
    await background.stop(grace);
    await opened.close();
    log.info('stopped');
  };
  return {
    reload: () => opened.reload.run(read, []),
    stop: (grace = 10) => {
      ended ??= end(grace);
      return ended;
    },
  };
}
