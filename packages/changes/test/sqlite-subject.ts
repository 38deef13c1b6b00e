import BetterSqlite3 from 'better-sqlite3';
import { feed } from '../../database/test/feed.js';
import { freshFolder, sqlite3 as program } from '../../database/test/sqlite-files.js';
import { type Subject, shapesOfSqlite } from './subject.js';

const any = [
  'NULL',
  '1',
  '1.0',
  '-0.0',
  `'1'`,
  `''`,
  `x''`,
  `x'00ff'`,
  `x'74657874'`,
  '9007199254740993',
  '-9223372036854775808',
  '9e999',
  '0.1',
  '5e-324',
  `'null'`,
  `'é 漢字 😀'`,
  `'a' || char(0) || 'b'`,
  `char(13, 10, 9) || '"{x}"'`,
  `'TRUE'`,
  `CAST(x'ff41f09f' AS TEXT)`,
  `'1.0'`,
];

export const sqlite: Subject = {
  name: 'SQLite',
  share: 1,
  async fresh() {
    const folder = freshFolder();
    const file = folder.path('hfit_test.db');
    const handle = new BetterSqlite3(file, { timeout: 5000 });
    return {
      target: `sqlite:${file}`,
      async run(statements) {
        for (const statement of statements) handle.exec(statement);
      },
      ...(program ? { feed: (text: string) => feed([program as string, file], text) } : {}),
      async drop() {
        handle.close();
        folder.drop();
      },
    };
  },
  loosely: [
    ['PRAGMA foreign_keys = OFF', 'BEGIN'],
    ['COMMIT', 'PRAGMA foreign_keys = ON'],
  ],
  overriding: '',
  rich: [
    ...shapesOfSqlite,
    `CREATE TABLE rich (id INTEGER PRIMARY KEY AUTOINCREMENT, twice GENERATED ALWAYS AS (i * 2) STORED,
       x, i INTEGER, t TEXT, r REAL, n NUMERIC, b BLOB)`,
  ],
  values: { x: any, i: any, t: any, r: any, n: any, b: any },
  sequences: (n) => [
    `DELETE FROM sqlite_sequence WHERE name = 'rich'`,
    `INSERT INTO sqlite_sequence VALUES ('rich', ${n})`,
  ],
};
