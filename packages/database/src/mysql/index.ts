import type { DialectEntry } from '../open.js';
import { dialect } from './dialect.js';
import { fromMysqlHandle, fromMysqlUrl, schemes } from './driver-mysql2.js';
import { mysqlServer } from './server.js';

/** MySQL and MariaDB: one dialect, reached by one driver package. */
export const mysql: DialectEntry = {
  dialect,
  schemes,
  handles: ['mysql2 pool', 'mysql2 connection'],
  fromUrl: fromMysqlUrl,
  fromHandle: fromMysqlHandle,
  server: mysqlServer,
};
