import { logContract } from './log-contract.js';
import { pglite } from './postgresql-subject.js';

logContract(pglite);
