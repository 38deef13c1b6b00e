import { writeFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Row, script } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { freshFile, freshFolder, sqlite3 } from './sqlite-files.js';

/** One column for each affinity, and two that SQLite numbers or checks. */
const table = `CREATE TABLE t (
  id INTEGER PRIMARY KEY, "none", b BLOB, x TEXT, v VARCHAR(3), i INT, r REAL, n DECIMAL(10, 2), d DATETIME)`;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).filter((it) => !/\p{Surrogate}/u.test(it)),
  fc.string({
    unit: fc.constantFrom("'", '\0', '\r', '\n', ';', '.', '<13>', '<0>', '<', '0', 'é'),
  }),
);
const real = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer().map((it) => it / 100),
  // Decimals that SQLite 3.40 reads one bit off.
  fc.constantFrom(-1.3613292085005458e-303, 350259.1738766208, 2.001626755968173e-308),
  fc.constantFrom(0, -0, 1, Infinity, -Infinity, 2 ** 53, 2 ** 63, 5e-324, Number.MAX_VALUE),
);
const integer = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
);
const value = fc.oneof(
  fc.constant(null),
  text,
  real,
  integer,
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);
const rowOf = fc.tuple(...Array.from({ length: 8 }, () => value));

/** What the database says of each value, in its own words. */
function witness(file: string): unknown[] {
  const database = new BetterSqlite3(file, { readonly: true });
  const columns = ['"none"', 'b', 'x', 'v', 'i', 'r', 'n', 'd'];
  const words = columns.map((it) => `typeof(${it}), length(${it}), hex(${it}), ${it}`);
  const rows = database.prepare(`SELECT ${words.join(', ')} FROM t ORDER BY id`);
  const found = rows.raw().safeIntegers().all();
  database.close();
  return found;
}

describe('SQLite values', () => {
  it.each(['load', ...(sqlite3 ? ['script'] : [])])(
    'keeps any storage class in any column, to the bit, by %s',
    { timeout: 120_000 },
    async (how) => {
      const run = async (rows: readonly Row[]) => {
        const [source, target] = [await freshFile(), await freshFile()];
        const raw = new BetterSqlite3(source.file);
        raw.exec(table);
        const insert = raw.prepare('INSERT INTO t VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)');
        raw.transaction(() => {
          for (const row of rows) insert.run(row);
        })();
        raw.close();

        const [from, to] = [await openDatabase(source.target), await openDatabase(target.target)];
        const snapshot = await from.snapshot();
        const whole = wholeOf(await from.introspect(), snapshot);
        if (how === 'load') await to.load(whole);
        else {
          let all = '';
          for await (const piece of script(from.dialect, whole)) all += piece;
          await target.feed?.(all);
        }
        await snapshot.close();
        expect(witness(target.file)).toEqual(witness(source.file));
        expect(await contents(to)).toEqual(await contents(from));
        await source.drop();
        await target.drop();
      };
      await fc.assert(
        fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 200, size: 'max' }), run),
        {
          numRuns: 20,
        },
      );
    },
  );

  it('gives values in their five storage classes', async () => {
    const { path, drop } = freshFolder();
    const raw = new BetterSqlite3(path('test.db'));
    raw.exec(
      `CREATE TABLE t (a); INSERT INTO t VALUES (NULL), (9007199254740993), (1.0), ('1'), (X'00ff')`,
    );
    raw.close();
    const database = await openDatabase(`sqlite:${path('test.db')}`);
    const { t } = await contents(database);
    expect(t).toEqual([[null], [9007199254740993n], [1], ['1'], [Buffer.from([0, 255])]]);
    drop();
  });
});

describe('SQLite script', () => {
  it('undoes all of it at a key that is broken at the end', { skip: !sqlite3 }, async () => {
    const fresh = await freshFile();
    const database = await openDatabase(fresh.target);
    const prologue = database.dialect.scriptPrologue.join('\n');
    const orphan = `${prologue}
BEGIN IMMEDIATE;
CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t);
PRAGMA defer_foreign_keys = ON;
INSERT INTO t VALUES (1, 2);
COMMIT;
`;
    await expect(fresh.feed?.(orphan)).rejects.toThrow('FOREIGN KEY constraint failed');
    expect((await database.introspect()).tables).toEqual([]);
    writeFileSync(fresh.file, '');
    await fresh.feed?.(orphan.replace('(1, 2)', '(1, 1)'));
    expect(await contents(database)).toEqual({ t: [[1n, 1n]] });
    await fresh.drop();
  });
});
