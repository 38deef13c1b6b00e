import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { findProgram } from '../../test/services/programs.js';
import type { Field } from '../fixpoint.js';
import { tables } from '../rewind/shop.js';
import { schema, words } from '../rewind/sqlite.js';
import { runProgram } from '../snapshot/run-program.js';
import { fewRows, fewWrites } from './rows.js';

/** Beside the dump of the sqlite3 program, rows alone, and the program that reads the dump. */
export async function sqlite(folder: string): Promise<Field> {
  const program = findProgram('sqlite3');
  if (!program) throw new Error('there is no sqlite3: apt-get install sqlite3');
  const path = join(folder, 'hfit_bench_fixpoint.db');
  const handle = new BetterSqlite3(path);
  handle.pragma('journal_mode = WAL');
  handle.exec(schema.join('; '));
  handle.exec(`BEGIN; ${fewRows(words).join('; ')}; COMMIT; ANALYZE`);
  const file = join(folder, 'sqlite.sql');
  const dumpRows = `.dump --data-only ${tables.join(' ')}`;
  return {
    dialect: 'sqlite',
    peer: 'sqlite3 .dump, sqlite3',
    url: `sqlite:${path}`,
    async empty() {
      const deletes = tables.toReversed().map((it) => `DELETE FROM ${it}`);
      handle.exec(`BEGIN; ${deletes.join('; ')}; DELETE FROM sqlite_sequence; COMMIT`);
    },
    async write() {
      for (const statement of fewWrites) handle.exec(statement);
    },
    dump: () => runProgram([program, path, dumpRows], { output: file }),
    // A dump of rows alone has no transaction, and each row would be one.
    load: () => runProgram([program, path, 'BEGIN', `.read ${file}`, 'COMMIT']),
    async stop() {
      handle.close();
    },
  };
}
