import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Row, type Session, type Table } from '../src/index.js';
import { rowKey } from '../src/key.js';
import { valueText } from '../src/sqlite/compare.js';
import { freshFolder } from './sqlite-files.js';

/** Each way in which SQLite keeps and changes rows: keys, REPLACE, cascades, triggers of users. */
const schema = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT COLLATE NOCASE UNIQUE, v REAL);
  CREATE TABLE child (id INTEGER PRIMARY KEY, v,
    parent INT REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE,
    up INT REFERENCES child ON DELETE CASCADE, code TEXT REFERENCES parent (code) ON DELETE SET NULL);
  CREATE TABLE pair (a TEXT COLLATE NOCASE DEFAULT 'a', b NOT NULL DEFAULT 2, v, PRIMARY KEY (b, a)) WITHOUT ROWID;
  CREATE TABLE loose (a, b);
  CREATE TABLE replacing (id INT PRIMARY KEY, a TEXT NOT NULL DEFAULT bare UNIQUE ON CONFLICT REPLACE, b ANY) STRICT;
  CREATE TABLE computed (id TEXT PRIMARY KEY, a INT, b, twice AS (a * 2) UNIQUE, both AS (a || b) STORED);
  CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b);
  CREATE UNIQUE INDEX part ON loose (a COLLATE NOCASE) WHERE b > 1;
  CREATE UNIQUE INDEX expression ON loose (lower(b), a IS NULL) WHERE typeof(b) = 'text';
  CREATE TRIGGER again AFTER UPDATE ON child WHEN new.v IS 1 BEGIN UPDATE child SET v = 3 WHERE id = new.id; END;
  CREATE TRIGGER fresh AFTER INSERT ON child BEGIN UPDATE child SET v = 'new' WHERE id = new.id AND v IS NULL; END;
  CREATE TRIGGER gone BEFORE DELETE ON parent BEGIN INSERT INTO audit (a, b) VALUES ('gone', old.code); END;
  CREATE TRIGGER refuse BEFORE DELETE ON replacing WHEN old.b = 2 BEGIN SELECT RAISE(IGNORE); END;
  CREATE TRIGGER moved BEFORE INSERT ON loose WHEN new.a = 3 BEGIN DELETE FROM loose WHERE b = 1; INSERT INTO loose VALUES (4, 4); END`;

const columns: Record<string, string[]> = {
  parent: ['id', 'code', 'v'],
  child: ['id', 'v', 'parent', 'up', 'code'],
  pair: ['a', 'b', 'v'],
  loose: ['rowid', 'a', 'b'],
  replacing: ['rowid', 'id', 'a', 'b'],
  computed: ['id', 'a', 'b'],
  audit: ['id', 'a', 'b'],
};

const value = fc.oneof(
  fc.constantFrom(
    'NULL',
    "'a'",
    "'A'",
    "'b'",
    "'B'",
    '1.0',
    '1.5',
    '-0.0',
    '0',
    "X'00'",
    "X'61'",
    '-1',
  ),
  fc.integer({ min: 1, max: 6 }).map(String),
);
const conflict = fc.constantFrom(
  '',
  '',
  'OR REPLACE',
  'OR REPLACE',
  'OR IGNORE',
  'OR FAIL',
  'OR ROLLBACK',
);
const table = fc.constantFrom(...Object.keys(columns));
const condition = (names: string[]) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('=', '<', '>', 'IS'), value)
      .map((it) => it.join(' ')),
    fc.constant('TRUE'),
  );
const statement = table.chain((name) => {
  const names = columns[name] as string[];
  const some = fc.subarray(names, { minLength: 1 });
  const insert = fc
    .tuple(conflict, some, fc.integer({ min: 1, max: 3 }), fc.infiniteStream(value))
    .map(([or, list, rows, values]) => {
      const row = () => `(${list.map(() => values.next().value).join()})`;
      return `INSERT ${or} INTO ${name} (${list}) VALUES ${Array.from({ length: rows }, row)}`;
    });
  const set = fc.tuple(
    fc.constantFrom(...names),
    fc.oneof(value, fc.constantFrom(...names.map((it) => `${it} + 1`), ...names)),
  );
  const sets = fc.uniqueArray(set, { selector: ([it]) => it, minLength: 1, maxLength: 3 });
  const update = fc
    .tuple(conflict, sets, condition(names))
    .map(
      ([or, list, where]) =>
        `UPDATE ${or} ${name} SET ${list.map((it) => it.join(' = '))} WHERE ${where}`,
    );
  const upsert = fc
    .tuple(insert, set)
    .map(
      ([sql, it]) =>
        `${sql.replace(/INSERT OR \w+/, 'INSERT')} ON CONFLICT DO UPDATE SET ${it.join(' = ')}`,
    );
  const remove = condition(names).map((where) => `DELETE FROM ${name} WHERE ${where}`);
  return fc.oneof(
    { weight: 5, arbitrary: insert },
    { weight: 4, arbitrary: update },
    { weight: 2, arbitrary: upsert },
    { weight: 2, arbitrary: remove },
    fc.constantFrom('BEGIN', 'SAVEPOINT s', 'ROLLBACK TO s', 'COMMIT', 'ROLLBACK'),
  );
});

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
          ...(process.env.HFIT_SEED && { seed: Number(process.env.HFIT_SEED) }),
        },
      );
    },
  );
});
