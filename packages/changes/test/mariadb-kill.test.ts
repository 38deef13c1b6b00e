import { killContract } from './kill-contract.js';
import { mariadb } from './mariadb-subject.js';

killContract(mariadb);
