import { changesContract } from './contract.js';
import { pglite } from './postgresql-subject.js';

changesContract(pglite);
