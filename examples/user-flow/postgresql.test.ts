import { onPostgresql } from './places.js';
import { userFlow } from './user-flow.js';

userFlow('postgresql', onPostgresql);
