import { mariadb } from '../../changes/test/mariadb-subject.js';
import { fixpointContract } from './contract.js';

// DDL is slow there, and nothing of this is about one dialect.
fixpointContract({ ...mariadb, share: 0.5 });
