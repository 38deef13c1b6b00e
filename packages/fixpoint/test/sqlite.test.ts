import { sqlite } from '../../changes/test/sqlite-subject.js';
import { fixpointContract } from './contract.js';

fixpointContract(sqlite);
