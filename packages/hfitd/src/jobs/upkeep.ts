import type { Logger } from 'pino';
import { recordedParameters } from '../audit/parameters.js';
import type { Format } from '../build/accept.js';
import { asHfitError, logError } from '../http/errors.js';
import type { Storage } from '../storage/storage.js';
import { strangers, sweepStore } from '../store/packages.js';
import { dueSchedules, moveSchedule, noteJob } from '../store/schedules.js';
import type { Schedule } from '../store/tables/jobs.js';
import type { Store } from '../store/tables.js';
import { getTemplate } from '../store/templates.js';
import type { BuildParts } from './build.js';
import { nextOf, parseCron } from './cron.js';
import type { Jobs } from './jobs.js';

/** What nobody knows of is removed when it is so old, in milliseconds: it may be about to be known. */
const strange = 6 * 3_600_000;

/** Removes packages whose time is over, from the store first: nobody is given what is half gone. */
export async function sweep(store: Store, storage: Storage): Promise<void> {
  const { packages } = await sweepStore(store);
  for (const id of packages) await storage.remove(id);
}

/** Removes what a daemon that died has left in the storage. */
export async function sweepStrangers(store: Store, storage: Storage): Promise<void> {
  const old = await storage.older(new Date(Date.now() - strange));
  for (const id of await strangers(store, old)) await storage.remove(id);
}

/** Asks for the packages whose time has come; each once, however many daemons do this. */
export async function runSchedules(parts: BuildParts, jobs: Jobs, log: Logger): Promise<void> {
  for (const due of await dueSchedules(parts.store)) {
    const nextAt = nextOf(parseCron(due.cron, due.zone), Math.max(Date.now(), due.next_at));
    if (!(await moveSchedule(parts.store, due, nextAt ?? Number.MAX_SAFE_INTEGER))) continue;
    await runSchedule(parts, jobs, due, log.child({ schedule: due.name }));
  }
}

async function runSchedule(parts: BuildParts, jobs: Jobs, due: Schedule, log: Logger) {
  const request = `schedule ${due.name}`;
  const user = { id: due.user_id, email: due.who };
  const parameters = JSON.parse(due.parameters);
  try {
    const template = await getTemplate(parts.store, user, due.template);
    const rights = await parts.access.rightsOf(user);
    const job = await jobs.ask({
      ...{ request, user, rights, template, parameters, format: due.format as Format },
      fresh: true,
      schedule: due.name,
    });
    await noteJob(parts.store, due, job.id);
  } catch (error) {
    const known = asHfitError(error, request);
    logError(log, known, error);
    const attempt = { request, who: due.who, action: 'run-schedule', target: due.name } as const;
    const recorded = recordedParameters(parameters, null);
    const details = { template: due.template, parameters: recorded, code: known.code };
    await parts.audit.record({ ...attempt, outcome: 'failed', details });
  }
}
