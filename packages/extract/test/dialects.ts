import { type Database, openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { freshMariadb, freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';

/** An empty database of one dialect, and what runs statements in it. */
export interface Fresh {
  readonly database: Database;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

export const dialects: readonly { name: string; skip: boolean; open: () => Promise<Fresh> }[] = [
  { name: 'PostgreSQL', skip: false, open: openPglite },
  { name: 'MariaDB', skip: !services.mariadb, open: openMariadb },
  { name: 'SQLite', skip: false, open: openSqlite },
];

async function openPglite(): Promise<Fresh> {
  const pglite = await freshPglite();
  const database = await openDatabase(pglite);
  return {
    database,
    run: async (sql) => void (await pglite.exec(sql)),
    close: () => pglite.close(),
  };
}

export async function openMariadb(): Promise<Served> {
  const { url, drop } = await freshMariadb();
  const database = await openDatabase(url);
  const connection = await mysql.createConnection({ uri: url, multipleStatements: true });
  return {
    database,
    url,
    run: async (sql) => void (await connection.query(sql)),
    async endOthers() {
      const [found] = await connection.query({
        sql: 'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
        rowsAsArray: true,
      });
      for (const [id] of found as unknown as [number][]) await connection.query(`KILL ${id}`);
    },
    async close() {
      await connection.end();
      await database.close();
      await drop();
    },
  };
}

/** A database on a server, and what ends the connections of all others to it. */
export interface Served extends Fresh {
  readonly url: string;
  endOthers(): Promise<void>;
}

/** A real server, where PGlite would not do. */
export async function openPostgresql(): Promise<Served> {
  const { url, drop } = await freshPostgresql();
  const database = await openDatabase(url);
  const client = new pg.Client(url);
  await client.connect();
  return {
    database,
    url,
    run: async (sql) => void (await client.query(sql)),
    endOthers: async () =>
      void (await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )),
    async close() {
      await client.end();
      await database.close();
      await drop();
    },
  };
}

async function openSqlite(): Promise<Fresh> {
  const sqlite = new Sqlite(':memory:');
  const database = await openDatabase(sqlite);
  return {
    database,
    run: async (sql) => void sqlite.exec(sql),
    close: async () => void sqlite.close(),
  };
}
