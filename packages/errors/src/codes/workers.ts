import { defineCodes } from '../define.js';

/** A database for every worker: of the room anyfixture. */
export const workers = defineCodes({
  HFIT_TEMPLATE_FILES: {
    kind: 'input',
    what: 'no file in {folder} fits {pattern}, of which the template of the test databases is made',
    todo: 'Mend the path or the glob. What is not watched would leave the template as it is when it changes.',
  },
  HFIT_TEMPLATE_FAILED: {
    kind: 'input',
    what: 'the template of the test databases could not be made: {reason}',
    todo: 'Mend the migration. Nothing was left on the server.',
  },
  HFIT_TEMPLATE_URL: {
    kind: 'input',
    what: 'a command cannot reach {database}, which lives in the memory of this process',
    todo: 'Give SQL files, or a function that gets the handle.',
  },
  HFIT_TEMPLATE_LOCKED: {
    kind: 'conflict',
    what: 'another process makes the template {template} and did not end within {seconds} s',
    todo: 'Wait for it or end it, or give more patience (templatePatience).',
  },
  HFIT_TEMPLATE_VISITORS: {
    kind: 'conflict',
    what: 'the migrations have ended, and connections to the template are still open: {visitors}',
    todo: 'Close them at the end of the migration: who is connected could change what all tests begin with.',
  },
  HFIT_WORKER_OPTION: {
    kind: 'input',
    what: 'the option {option} of the test database is {given}; it has to be one of: {wanted}',
    todo: 'Mend the option. Where it comes from a variable of the environment, see that it is set.',
  },
  HFIT_WORKER_NAME: {
    kind: 'input',
    what: '"{name}" cannot be a part of the names of test databases',
    todo: 'Give 1 to 20 lower-case letters, digits and underscores.',
  },
  HFIT_WORKER_LEAK: {
    kind: 'conflict',
    what: 'worker {worker} has ended, and left connections to {database} open: {visitors}',
    todo: 'Close pools and clients in the hook after all tests.',
  },
  HFIT_WORKER_STRATEGY: {
    kind: 'input',
    what: 'the database cannot come back by {strategy} between tests: {reason}',
    todo: 'Give what it needs, or choose another strategy; without one, rewind is used.',
  },
  HFIT_WORKER_CLOSED: {
    kind: 'input',
    what: 'the database of worker {worker} was used after it was closed',
    todo: 'Use it within tests and their hooks.',
  },
});
