import { onSqlite } from './places.js';
import { userFlow } from './user-flow.js';

userFlow('sqlite', onSqlite);
