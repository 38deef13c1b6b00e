import { changesContract } from './contract.js';
import { sqlite } from './sqlite-subject.js';

changesContract(sqlite);
