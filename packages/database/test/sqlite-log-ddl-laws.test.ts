import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Row } from '../src/index.js';
import { valueText } from '../src/sqlite/compare.js';
import { type DefinedState, difference, holdsForDefinitions, logCalls } from './log-ddl-law.js';
import { definition } from './sqlite-ddl-statements.js';
import { freshFolder } from './sqlite-files.js';
import { schema, statement } from './sqlite-log-statements.js';

const there = `${schema}; CREATE TABLE aside (id INTEGER PRIMARY KEY, v);
  INSERT INTO parent (code, v) VALUES ('a', 1), ('b', 2), ('c', NULL);
  INSERT INTO child VALUES (1, 1, 1, NULL, 'a'), (2, 2, 1, 1, NULL);
  INSERT INTO pair VALUES ('a', 1, 1), ('b', 2, 2); INSERT INTO loose VALUES (1, 1), (2, 3);
  INSERT INTO replacing VALUES (1, 'a', 2), (2, 'b', 3); INSERT INTO computed VALUES ('x', 1, 2), ('y', 2, 3);
  INSERT INTO audit (a) VALUES (1); INSERT INTO aside VALUES (1, 'one'), (7, 'seven')`;

type Rows = Record<string, Row[]>;

/** Values as texts that are the same only for values that are the same to the bit. */
const texts = (rows: readonly Row[]): Row[] => rows.map((row) => row.map(valueText));

describe('SQLite change log, whatever is defined meanwhile,', () => {
  const timeout = 3_600_000;

  it.each(['in memory', 'in a file'])('comes back or says why not, %s', { timeout }, (where) =>
    holdsForDefinitions(statement, definition, 10, async (work) => {
      const folder = freshFolder();
      const file = where === 'in memory' ? ':memory:' : folder.path('hfit_test.db');
      const raw = new BetterSqlite3(file, { timeout: 0 });
      raw.unsafeMode();
      raw.pragma('synchronous = OFF');
      raw.exec(there);
      const database = await openDatabase(where === 'in memory' ? raw : `sqlite:${file}`);
      const session = await database.logSession();
      const { log } = database.dialect;
      const read = (sql: string) => texts(raw.prepare(sql).raw().safeIntegers().all() as Row[]);
      const state = async () => {
        const [all, written]: Rows[] = [{}, {}];
        const columns: Record<string, string[]> = {};
        for (const { name, columns: list } of (await database.introspect()).tables) {
          columns[name] = list.map((it) => it.name);
          all![name] = read(`SELECT * FROM main."${name}" ORDER BY ${list.map((_, i) => i + 1)}`);
          const own = list.filter(({ generated }) => !generated).map((it) => `"${it.name}"`);
          written![name] = read(`SELECT ${own} FROM main."${name}"`);
        }
        const counted = read(`SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'`);
        const counters = counted.map(() =>
          read('SELECT * FROM main.sqlite_sequence ORDER BY 1, 2'),
        );
        const definitions = read(
          `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'hfit%' ORDER BY tbl_name, type, rowid`,
        );
        return { data: { all, columns, counters }, definitions, written: written! };
      };
      try {
        await work({
          async run(sql) {
            raw.exec(sql);
            // As the manual asks of who writes the schema by hand.
            if (!sql.includes('writable_schema')) return;
            const version = raw.pragma('schema_version', { simple: true });
            raw.pragma(`schema_version = ${Number(version) + 1}`);
          },
          async settle() {
            if (raw.inTransaction) raw.exec('ROLLBACK');
            const temporary = `SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'trigger')`;
            for (const [type, name] of raw.prepare(temporary).raw().all() as string[][])
              raw.exec(`DROP ${type} IF EXISTS temp."${name}"`);
            raw.exec('PRAGMA writable_schema = RESET; PRAGMA legacy_alter_table = OFF');
          },
          state,
          ...logCalls(database, session, 1000),
          async compare(name, before, now) {
            const { tables } = await log.changes(session, name, 1000);
            const [gone, come]: Rows[] = [{}, {}];
            for (const { table, rows } of tables) {
              gone![table.name] = texts(rows.flatMap((it) => (it.before ? [it.before] : [])));
              come![table.name] = texts(rows.flatMap((it) => (it.after ? [it.after] : [])));
            }
            const written = (it: DefinedState) => it.written as Rows;
            expect(difference(gone!, come!)).toEqual(difference(written(before), written(now)));
          },
        });
      } finally {
        await session.release(false);
        await database.close();
        raw.close();
        folder.drop();
      }
    }),
  );
});
