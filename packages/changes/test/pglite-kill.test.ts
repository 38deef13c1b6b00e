import { killContract } from './kill-contract.js';
import { pgliteFolder } from './postgresql-subject.js';

// Its processes take long to begin.
killContract(pgliteFolder, 3);
