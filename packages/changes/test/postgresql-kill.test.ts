import { killContract } from './kill-contract.js';
import { postgresql } from './postgresql-subject.js';

killContract(postgresql);
