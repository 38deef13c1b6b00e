import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { freshMariadb, freshPostgresql, services } from '../../test/services/index.js';
import type { Connection } from './board.js';

/** A database of its own for the example: what the application and the tests get of it. */
export interface Place extends Connection {
  /** What a test gives to Hot Fixture: a URL. */
  readonly url: string;
  drop(): Promise<void>;
}

/** Each makes an empty board on its database; null where this run has none. */
export const onPostgresql = services.postgresql ? makePostgresql : null;
export const onMariadb = services.mariadb ? makeMariadb : null;

/** @param id how a table numbers its rows */
const schema = (id: string) => [
  `CREATE TABLE users (id ${id}, name VARCHAR(40) NOT NULL UNIQUE, email VARCHAR(80) NOT NULL,
    token VARCHAR(40) NOT NULL, items INTEGER NOT NULL DEFAULT 0, created_at TIMESTAMP NOT NULL,
    last_login_at TIMESTAMP NULL)`,
  `CREATE TABLE settings (user_id INTEGER NOT NULL PRIMARY KEY, settings JSON NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id))`,
  `CREATE TABLE items (id ${id}, user_id INTEGER NOT NULL, title VARCHAR(80) NOT NULL,
    slug VARCHAR(100) NOT NULL UNIQUE, cents INTEGER NOT NULL, created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id))`,
  'CREATE TABLE events (what VARCHAR(20) NOT NULL, user_id INTEGER NOT NULL)',
  'CREATE TABLE versions (id INTEGER NOT NULL PRIMARY KEY, what VARCHAR(40))',
];

async function makePostgresql(): Promise<Place> {
  const { url, drop } = await freshPostgresql();
  const pool = new pg.Pool({ connectionString: url });
  for (const statement of schema('INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY')) {
    await pool.query(statement);
  }
  return {
    url,
    async query(sql, parameters = []) {
      let n = 0;
      const { rows } = await pool.query(
        sql.replaceAll('?', () => {
          n += 1;
          return `$${n}`;
        }),
        [...parameters],
      );
      return rows;
    },
    async drop() {
      await pool.end();
      await drop();
    },
  };
}

async function makeMariadb(): Promise<Place> {
  const { url, drop } = await freshMariadb();
  const pool = mysql.createPool(url.replace(/^mariadb:/, 'mysql:'));
  for (const statement of schema('INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY')) {
    await pool.query(statement);
  }
  return {
    url,
    async query(sql, parameters = []) {
      const [rows] = await pool.query(sql, [...parameters]);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    },
    async drop() {
      await pool.end();
      await drop();
    },
  };
}

export async function onSqlite(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'hfit-user-flow-'));
  const file = join(folder, 'board_test.db');
  const handle = new BetterSqlite3(file);
  for (const statement of schema('INTEGER PRIMARY KEY AUTOINCREMENT')) handle.exec(statement);
  return {
    url: `sqlite:${file}`,
    async query(sql, parameters = []) {
      const statement = handle.prepare(sql);
      if (statement.reader) return statement.all(...parameters) as Record<string, unknown>[];
      statement.run(...parameters);
      return [];
    },
    async drop() {
      handle.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
