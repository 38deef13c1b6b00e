import { logContract } from './log-contract.js';
import { pglite } from './postgresql-subject.js';

/** The other ways are the same SQL as on a server. */
logContract(pglite, ['log']);
