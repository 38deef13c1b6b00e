import mysql from 'mysql2/promise';
import { freshMariadb, mariadbCommand, services } from '../../../test/services/index.js';
import { feed } from './feed.js';

/** Lends a connection, on which no foreign key is checked. */
export async function withConnection<T>(
  url: string,
  work: (connection: mysql.Connection) => Promise<T>,
): Promise<T> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4' });
  try {
    await connection.query('SET foreign_key_checks = 0');
    return await work(connection);
  } finally {
    await connection.end();
  }
}

export const run = (url: string, statements: readonly string[]) =>
  withConnection(url, async (connection) => {
    for (const statement of statements) await connection.query(statement);
  });

/** Rows as they come, as text. */
export const ask = (url: string, sql: string) =>
  withConnection(url, async (connection) => {
    const [rows] = await connection.query({
      sql,
      rowsAsArray: true,
      typeCast: (it) => it.string('utf8'),
    });
    return rows as unknown as (string | null)[][];
  });

export async function fresh() {
  const { url, name, drop } = await freshMariadb();
  return {
    url,
    name,
    target: url,
    run: (statements: readonly string[]) => run(url, statements),
    ...(services.mariadbClient && { feed: (text: string) => feed(mariadbCommand(url), text) }),
    drop,
  };
}
