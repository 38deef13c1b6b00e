import mysql from 'mysql2';
import { afterEach, beforeEach } from 'vitest';
import { type Database, openDatabase } from '../src/index.js';
import { fresh } from './mysql-server.js';

type Server = Awaited<ReturnType<typeof fresh>>;

/** Two databases of MariaDB for each test, to move rows from one to the other. */
export interface Pair {
  readonly source: Server;
  readonly target: Server;
  /** What is to be done after the test, the last first. */
  readonly ends: (() => unknown)[];
  /** Closed after the test. */
  open(handle: string | object): Promise<Database>;
  /** The target by a connection that may not send files: rows are inserted there. */
  withoutFiles(): Promise<Database>;
}

/** Registers the hooks of the tests around it. */
export function freshPair(): Pair {
  let servers: Server[] = [];
  const ends: Pair['ends'] = [];
  beforeEach(async () => {
    servers = await Promise.all([fresh(), fresh()]);
    ends.push(...servers.map((it) => () => it.drop()));
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const pair: Pair = {
    get source() {
      return servers[0] as Server;
    },
    get target() {
      return servers[1] as Server;
    },
    ends,
    async open(handle) {
      const database = await openDatabase(handle);
      ends.push(() => database.close());
      return database;
    },
    withoutFiles() {
      const pool = mysql.createPool({ uri: pair.target.url, flags: ['-LOCAL_FILES'] });
      ends.push(() => pool.promise().end());
      return pair.open(pool);
    },
  };
  return pair;
}
