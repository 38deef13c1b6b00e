import { pglite } from '../../changes/test/postgresql-subject.js';
import { fixpointContract } from './contract.js';

fixpointContract(pglite);
