import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { findProgram } from '../../test/services/programs.js';
import type { Services } from '../../test/services/services.js';
import { type Arena, type Contest, rows } from './contest.js';
import { runProgram } from './run-program.js';

const table = `CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INT NOT NULL, name TEXT,
  email TEXT, note TEXT, amount REAL, seen_at TEXT, state TEXT)`;

const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
  INSERT INTO visit SELECT i, i % 50000, 'Name ' || i % 90000, 'user' || i || '@example.com',
  hex(randomblob(16)), i / 100.0, datetime('2024-01-01', i || ' seconds'), 'open' FROM n`;

/** Beside the dump of the sqlite3 program. Out is a script for it; in is from database to database. */
export const sqlite: Contest = {
  dialect: 'sqlite',
  peer: 'sqlite3 .dump, sqlite3',
  figures: { out: 'out_vs_dump', in: 'in_vs_client' },
  async start(_: Services, folder: string): Promise<Arena> {
    const sqlite3 = findProgram('sqlite3');
    if (!sqlite3) throw new Error('there is no sqlite3: apt-get install sqlite3');
    const [source, target] = [join(folder, 'source_test.db'), join(folder, 'target_test.db')];
    run(source, [table, fill]);
    run(target, [table]);
    return {
      source: `sqlite:${source}`,
      target: `sqlite:${target}`,
      // A dump makes its table, and that of ours has to be there.
      empty: async () => run(target, ['DROP TABLE IF EXISTS visit', 'VACUUM', table]),
      theirOut: (output) => runProgram([sqlite3, source, '.dump visit'], { output }),
      async theirIn(input) {
        run(target, ['DROP TABLE visit']);
        await runProgram([sqlite3, target], { input });
      },
      stop: async () => {},
    };
  },
};

function run(file: string, statements: readonly string[]): void {
  const database = new BetterSqlite3(file);
  for (const statement of statements) database.exec(statement);
  database.close();
}
