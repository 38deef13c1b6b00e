import mysql from 'mysql2/promise';
import { freshMariadb, mariadbCommand, services } from '../../../test/services/index.js';
import { databaseContract } from './contract.js';
import { feed } from './feed.js';

async function run(url: string, statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection(url);
  try {
    // Within one INSERT, MySQL lets no row point to a later one.
    await connection.query('SET foreign_key_checks = 0');
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

databaseContract({
  name: 'MariaDB',
  missing: services.mariadb ? '' : 'no server',
  async fresh() {
    const { url, drop } = await freshMariadb();
    return {
      target: url,
      run: (statements) => run(url, statements),
      ...(services.mariadbClient && { feed: (text: string) => feed(mariadbCommand(url), text) }),
      drop,
    };
  },
  cycle: [
    'CREATE TABLE chicken (id int PRIMARY KEY, egg_id int NOT NULL)',
    'CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL REFERENCES chicken (id))',
    'INSERT INTO chicken VALUES (1, 2), (2, 1)',
    'INSERT INTO egg VALUES (1, 1), (2, 2)',
    'ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg (id)',
  ],
  unreachable: 'mysql://nobody:pa55word@127.0.0.1:1/hfit_test',
});
