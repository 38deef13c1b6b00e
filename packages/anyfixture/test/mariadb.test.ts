import { fixtureContract } from './contract.js';
import { subjects } from './shop.js';

fixtureContract(subjects.mariadb);
