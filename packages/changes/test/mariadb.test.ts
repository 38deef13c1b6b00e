import { changesContract } from './contract.js';
import { mariadb } from './mariadb-subject.js';

changesContract(mariadb);
