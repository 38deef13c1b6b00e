import { logContract } from './log-contract.js';
import { postgresql } from './postgresql-subject.js';

logContract(postgresql);
