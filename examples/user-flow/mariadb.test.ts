import { onMariadb } from './places.js';
import { userFlow } from './user-flow.js';

userFlow('mariadb', onMariadb);
