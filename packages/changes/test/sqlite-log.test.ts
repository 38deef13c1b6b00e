import { logContract } from './log-contract.js';
import { sqlite } from './sqlite-subject.js';

logContract(sqlite);
