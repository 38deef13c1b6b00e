import { logContract } from './log-contract.js';
import { mariadb } from './mariadb-subject.js';

logContract(mariadb);
