import { defineCodes } from '../define.js';

/** Codes of packages that are built in the background, of where they are kept, and of schedules. */
export const jobs = defineCodes({
  HFIT_JOB_UNKNOWN: {
    kind: 'missing',
    what: 'you have no job "{job}"',
    todo: 'See which you have: hfit package list. Jobs are forgotten some time after they end.',
  },
  HFIT_JOB_ENDED: {
    kind: 'conflict',
    what: 'the job "{job}" has ended, so it cannot be cancelled',
    todo: 'Nothing is to be done.',
  },
  HFIT_JOBS_WAITING: {
    kind: 'denied',
    status: 429,
    what: 'you have {most} jobs that have not ended, which are all that one user may have',
    todo: 'Try again when one of them has ended, such as in {seconds} seconds, or cancel one. Who runs the server may raise "jobs.perUser".',
  },
  HFIT_JOB_RETRY: {
    kind: 'conflict',
    what: 'only a job that failed or was cancelled can be tried again, and this one is {state}',
    todo: 'Wait until it has ended; for younger data ask for a new one, with "fresh".',
  },
  HFIT_JOB_UNFINISHED: {
    kind: 'conflict',
    what: 'there is no package yet: the job is {state}',
    todo: 'Wait until the job is done. If it failed, its document says why.',
  },
  HFIT_JOB_GONE: {
    kind: 'missing',
    status: 410,
    what: 'the package of this job is not there any more',
    todo: 'Ask for it again: packages are kept for a time only, and given out for as long as nothing has changed in what you may see.',
  },
  HFIT_JOB_POLICY: {
    kind: 'missing',
    status: 410,
    what: 'the policy has changed since this package was built, so it is not given out any more',
    todo: 'Ask for it again, which builds it anew: hfit package create, or POST /packages.',
  },
  HFIT_JOB_LOST: {
    kind: 'unavailable',
    what: 'another daemon has taken the job over, because this one did not say for too long that it is alive',
    todo: 'Nothing is to be done: the other one builds it.',
  },
  HFIT_JOB_DAMAGED: {
    kind: 'conflict',
    what: 'the package was changed in the storage after it was built, so it is not given out',
    todo: 'Ask for it again, which builds it anew. Who runs the server looks at what changes files in the storage.',
  },
  HFIT_RANGE: {
    kind: 'input',
    status: 416,
    what: 'there are {size} bytes, and none in the range that was asked for',
    todo: 'Ask for a range that begins before its end, or for all of it.',
  },
  HFIT_STORAGE_FAILED: {
    kind: 'unavailable',
    what: 'the storage of the packages failed: {reason}',
    todo: 'Try again in a minute. Who runs the server checks what the setting "storage" names: whether it can be reached, the right to write, and the room that is left.',
  },
  HFIT_SCHEDULE_UNKNOWN: {
    kind: 'missing',
    what: 'you have no schedule "{schedule}"',
    todo: 'See which you have: GET /schedules',
  },
  HFIT_SCHEDULE_INVALID: {
    kind: 'input',
    what: 'the schedule cannot be used: {reason}',
    todo: 'Write the five fields of cron, as in "30 5 * * 1-5", and a zone such as Europe/Berlin.',
  },
  HFIT_WORKER_ALONE: {
    kind: 'input',
    what: 'a worker builds for daemons that it shares all with, and the setting "{setting}" is missing',
    todo: 'Give it the configuration of the daemons, with store, redis, storage, maskingKeyFile and signingKeyFile.',
  },
});
