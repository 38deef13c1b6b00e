import { changesContract } from './contract.js';
import { postgresql } from './postgresql-subject.js';

changesContract(postgresql);
