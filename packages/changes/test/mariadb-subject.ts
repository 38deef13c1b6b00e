import mysql from 'mysql2/promise';
import { freshMariadb, mariadbCommand, services } from '../../../test/services/index.js';
import { feed } from '../../database/test/feed.js';
import { closeCycle, type Subject, shapes } from './subject.js';

export const mariadb: Subject = {
  name: 'MariaDB',
  missing: services.mariadb ? '' : 'no server',
  share: 1,
  async fresh() {
    const { url, drop } = await freshMariadb();
    const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4' });
    return {
      target: url,
      async run(statements) {
        for (const statement of statements) await connection.query(statement);
      },
      ...(services.mariadbClient && { feed: (text: string) => feed(mariadbCommand(url), text) }),
      async drop() {
        await connection.end();
        await drop();
      },
    };
  },
  loosely: [['SET foreign_key_checks = 0'], ['SET foreign_key_checks = 1']],
  overriding: '',
  rich: [
    ...shapes,
    closeCycle,
    `CREATE TABLE rich (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
       twice DECIMAL(65,10) GENERATED ALWAYS AS (n * 2) STORED, n DECIMAL(40,10), f DOUBLE, g FLOAT,
       t TEXT, c VARCHAR(40) CHARACTER SET latin1, j JSON, b BLOB, v VARBINARY(10), bits BIT(12),
       m ENUM('sad', 'it''s ok'), s SET('x', 'y'), at DATETIME(6), ts TIMESTAMP(3) NULL, d DATE, tm TIME(3), y YEAR)`,
  ],
  values: {
    n: ['NULL', '1', '12345678901234567890.0123456789', '-0.5'],
    f: ['NULL', '-0e0', '0', '0.1', '1e-300', '1.7976931348623157e308'],
    g: ['NULL', '0.1', '16777216', '-1.5e-30'],
    t: [
      'NULL',
      `''`,
      `'NULL'`,
      `'null'`,
      `'a\\tb\\nc\\\\'`,
      `'01'`,
      `'é 漢字 😀'`,
      `'a\\0b '`,
      `'A'`,
      `'a'`,
    ],
    c: ['NULL', `'é'`, `'E'`, `'e '`],
    j: ['NULL', `'{"a":  1, "a": 2}'`, `'null'`, `'[1, "x"]'`],
    b: ['NULL', `''`, `x'00ff5c0a'`, `'text!'`],
    v: ['NULL', `x'00'`, `x'0000'`],
    bits: ['NULL', `b'101'`, '0'],
    m: ['NULL', `'sad'`, `'it''s ok'`],
    s: ['NULL', `''`, `'x,y'`],
    at: ['NULL', `'2024-02-29 23:59:59.999999'`],
    ts: ['NULL', `'2024-02-29 23:59:59.999'`],
    d: ['NULL', `'1000-01-01'`],
    tm: ['NULL', `'-838:59:59'`, `'100:00:00.5'`],
    y: ['NULL', '1901', '2155'],
  },
  sequences: (n) => [`ALTER TABLE rich AUTO_INCREMENT = ${n}`],
};
