import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Row, type Session, type Table } from '../src/index.js';
import { rowKey } from '../src/key.js';
import { valueText } from '../src/sqlite/compare.js';
import { freshFolder } from './sqlite-files.js';
import { columns, schema, statement } from './sqlite-log-statements.js';

type Step = { sql: string; by: number } | { checkpoint: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ sql: statement, by: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ checkpoint: fc.constantFrom('one', 'two', 'three') }) },
);

/** All rows with their numbers, and where numbering stands. */
function stateOf(raw: BetterSqlite3.Database): Record<string, string[]> {
  const tables = { ...columns, sqlite_sequence: ['name', 'seq'] };
  return Object.fromEntries(
    Object.entries(tables).map(([name, list]) => {
      const rows = raw.prepare(`SELECT ${list} FROM ${name}`).raw().safeIntegers().all() as Row[];
      return [name, rows.map((row) => row.map(valueText).join()).sort()];
    }),
  );
}

/** What a state holds beyond another: rows by their key, or whole and counted. */
function expectedChanges(tables: readonly Table[], a: Contents, b: Contents): string[] {
  return tables
    .flatMap((it) => {
      const [was, is] = [[...(a[it.name] as Row[])], [...(b[it.name] as Row[])]];
      const names = it.columns.filter(({ generated }) => !generated).map(({ name }) => name);
      const places = rowKey(it)?.map((name) => names.indexOf(name)) ?? names.map((_, i) => i);
      // Two keys are one where SQLite says so; no other difference than that of case is in the data.
      const key = (row: Row) => places.map((place) => valueText(row[place])).join();
      const text = (row: Row | undefined) => (row ? row.map(valueText).join() : 'none');
      const found: string[] = [];
      for (const row of was) {
        const at = is.findIndex((other) => key(other) === key(row));
        const [after] = at === -1 ? [] : is.splice(at, 1);
        if (text(row) !== text(after)) found.push(`${it.name}: ${text(row)} -> ${text(after)}`);
      }
      return [...found, ...is.map((row) => `${it.name}: none -> ${text(row)}`)];
    })
    .sort();
}

type Contents = Record<string, Row[]>;

function contentsOf(raw: BetterSqlite3.Database, tables: readonly Table[]): Contents {
  return Object.fromEntries(
    tables.map(({ name, columns: all }) => {
      const list = all.filter(({ generated }) => !generated).map((it) => it.name);
      return [name, raw.prepare(`SELECT ${list} FROM ${name}`).raw().safeIntegers().all() as Row[]];
    }),
  );
}

async function changesSince(database: Database, session: Session, name: string): Promise<string[]> {
  const { tables } = await database.dialect.log.changes(session, name, 1000);
  const text = (row: Row | null) => (row ? row.map(valueText).join() : 'none');
  return tables
    .flatMap((it) =>
      it.rows.map(({ before, after }) => `${it.table.name}: ${text(before)} -> ${text(after)}`),
    )
    .sort();
}

function tried(raw: BetterSqlite3.Database, sql: string): void {
  try {
    raw.exec(sql);
  } catch (error) {
    // A broken constraint, a locked file, no transaction: whatever, as long as the log is right.
    if (
      !/CONSTRAINT|MISMATCH|BUSY|transaction|savepoint/.test(
        `${(error as { code: string }).code} ${error}`,
      )
    )
      throw error;
  }
}

describe('SQLite change log, laws', () => {
  it.each(['in memory', 'in a file, from two connections'])(
    'tells what random statements did, and takes them back to the bit, %s',
    { timeout: 120_000 },
    async (where) => {
      const run = async (filling: string[], steps: Step[], recursive: boolean, keys: boolean) => {
        const folder = freshFolder();
        const file = where === 'in memory' ? ':memory:' : folder.path('test.db');
        const raw = new BetterSqlite3(file, { timeout: 0 });
        raw.exec(schema);
        const connections =
          where === 'in memory' ? [raw] : [raw, new BetterSqlite3(file, { timeout: 0 })];
        for (const it of connections) {
          it.pragma(`recursive_triggers = ${recursive}`);
          it.pragma(`foreign_keys = ${keys}`);
          it.pragma('synchronous = OFF');
        }
        raw.exec(
          "INSERT INTO parent (code) VALUES ('a'), ('b'); INSERT INTO loose VALUES (1, 1), (1, 1)",
        );
        for (const sql of filling) tried(raw, sql);
        const commit = () => {
          for (const it of connections) if (it.inTransaction) tried(it, 'COMMIT');
          for (const it of connections) if (it.inTransaction) it.exec('ROLLBACK');
        };
        commit();

        const database = await openDatabase(raw);
        const { log } = database.dialect;
        const session = await database.logSession();
        const { tables, ...rest } = await database.introspect();
        // A rewind may make triggers again: in their order for each table, which is what counts.
        const master = () =>
          raw
            .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY tbl_name, rowid')
            .all();
        const clean = master();
        await log.install(session, { tables, ...rest });
        const set = new Map<string, { state: Record<string, string[]>; contents: Contents }>();
        const checkpoint = async (name: string) => {
          commit();
          await log.checkpoint(session, name, 1000);
          set.delete(name);
          set.set(name, { state: stateOf(raw), contents: contentsOf(raw, tables) });
        };
        await checkpoint('start');
        for (const it of steps) {
          if ('checkpoint' in it) await checkpoint(it.checkpoint);
          else tried(connections[it.by % connections.length] as BetterSqlite3.Database, it.sql);
        }
        commit();
        for (const [name, { contents }] of [...set].reverse()) {
          const expected = expectedChanges(tables, contents, contentsOf(raw, tables));
          expect(await changesSince(database, session, name)).toEqual(expected);
        }
        for (const [name, { state }] of [...set].reverse()) {
          const { tables: rewound } = await log.rewind(session, name, 1000);
          expect(stateOf(raw)).toEqual(state);
          expect(await log.changes(session, name, 1000)).toEqual({ tables: [], sequences: [] });
          expect(rewound.every(({ rows }) => rows > 0)).toBe(true);
        }
        expect(connections.map((it) => it.pragma('foreign_keys', { simple: true }))).toEqual(
          connections.map(() => Number(keys)),
        );
        await log.remove(session);
        expect(master()).toEqual(clean);
        await session.release(false);
        await database.close();
        for (const it of connections) it.close();
        folder.drop();
      };
      await fc.assert(
        fc.asyncProperty(
          fc.array(statement, { minLength: 6, maxLength: 14, size: 'max' }),
          fc.array(step, { minLength: 3, maxLength: 25, size: 'max' }),
          fc.boolean(),
          fc.boolean(),
          run,
        ),
        {
          numRuns: Number(process.env.HFIT_RUNS ?? (where === 'in memory' ? 50 : 20)),
        },
      );
    },
  );
});
