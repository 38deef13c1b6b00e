import { killContract } from './kill-contract.js';
import { sqlite } from './sqlite-subject.js';

killContract(sqlite);
