import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Row, script } from '../src/index.js';
import { decodeText, encodeText } from '../src/sqlite/encoding.js';
import { contents, datasetOf, wholeOf } from './datasets.js';
import { freshFile, freshFolder, sqlite3 } from './sqlite-files.js';

/** Bytes that are UTF-8 here and there, cut and mixed. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.string({ unit: 'binary', maxLength: 3 }).map((it) => Buffer.from(it)),
      fc
        .constantFrom(
          [0xed, 0xa0, 0x80],
          [0xed, 0xb2, 0x80],
          [0xf0, 0x9f],
          [0xc0, 0x80],
          [0xef, 0xbf, 0xbd],
          [0xef, 0xbf, 0xbe],
          [0xff, 0xff],
          [0xff, 0xfe],
          [0],
        )
        .map((it) => Buffer.from(it)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts));

/** What SQLite holds, in its own words. */
function witness(file: string) {
  const raw = new BetterSqlite3(file);
  const rows = raw
    .prepare('SELECT id, typeof(a), hex(CAST(a AS BLOB)), hex(CAST(b AS BLOB)) FROM t ORDER BY id')
    .raw()
    .all();
  raw.close();
  return rows;
}

describe('SQLite texts that are not valid', () => {
  it.each(['UTF-8', 'UTF-16le', 'UTF-16be'])(
    'turn into strings and back, each into one of its own, %s',
    (encoding) => {
      const whole = bytes.map((it) => (encoding === 'UTF-8' ? it : it.subarray(0, it.length & ~1)));
      fc.assert(
        fc.property(whole, (it) => {
          const text = decodeText(it, encoding);
          expect(encodeText(text, encoding)).toEqual(Buffer.from(it));
          if (encoding === 'UTF-8' && Buffer.from(it.toString()).equals(it))
            expect(text).toBe(it.toString());
          expect(JSON.parse(JSON.stringify(text))).toBe(text);
        }),
        { numRuns: 500 },
      );
    },
  );

  it.each([
    ['UTF-8', 'load'],
    ['UTF-16le', 'load'],
    ['UTF-16be', 'load'],
    ...(sqlite3 ? [['UTF-8', 'script']] : []),
  ])('come out and go in to the byte, %s by %s', { timeout: 60_000 }, async (encoding, how) => {
    const run = async (list: [Buffer, Buffer][]) => {
      const [folder, target] = [freshFolder(), await freshFile()];
      const file = folder.path('test.db');
      const raw = new BetterSqlite3(file);
      raw.exec(
        `PRAGMA encoding = '${encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT)`,
      );
      const insert = raw.prepare('INSERT INTO t (a, b) VALUES (CAST(? AS TEXT), CAST(? AS TEXT))');
      raw.transaction(() => {
        for (const row of list) insert.run(row);
      })();
      raw.close();
      const to = how === 'load' ? folder.path('target_test.db') : target.file;
      const made = new BetterSqlite3(to);
      if (how === 'load')
        made.exec(
          `PRAGMA encoding = '${encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT)`,
        );
      made.close();
      const [from, into] = [
        await openDatabase(`sqlite:${file}`),
        await openDatabase(`sqlite:${to}`),
      ];
      const snapshot = await from.snapshot();
      const whole = wholeOf(await snapshot.introspect(), snapshot);
      if (how === 'load') await into.load(whole);
      else {
        let text = '';
        for await (const piece of script(from.dialect, whole)) text += piece;
        await target.feed?.(text);
      }
      await snapshot.close();
      expect(witness(to)).toEqual(witness(file));
      expect(await contents(into)).toEqual(await contents(from));
      folder.drop();
      await target.drop();
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(bytes, bytes), { minLength: 1, maxLength: 30 }), run),
      { numRuns: 12 },
    );
  });

  it('are met late in a stream, found as a key, deleted and told apart', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.exec(`CREATE TABLE t (a TEXT PRIMARY KEY, b);
      INSERT INTO t SELECT printf('%05d', value), value FROM json_each('[${Array.from({ length: 2500 }, (_, i) => i)}]');
      INSERT INTO t VALUES (CAST(X'ff' AS TEXT), 1), (CAST(X'fe00' AS TEXT), 2), (char(0xfffd), 3), (X'ff', 4)`);
    const database = await openDatabase(raw);
    const [t] = (await database.introspect()).tables;
    const rows: Row[] = [];
    const snapshot = await database.snapshot();
    for await (const batch of snapshot.rows({ table: t!, columns: t!.columns }))
      rows.push(...batch);
    await snapshot.close();
    expect(rows.slice(-5)).toEqual([
      ['02499', 2499n],
      ['\uFFFD', 3n],
      ['\uDCFE\0', 2n],
      ['\uDCFF', 1n],
      [Buffer.from([0xff]), 4n],
    ]);
    expect(new Set(rows.map(([a]) => a)).size).toBe(2504);
    const deleted = await database.transaction((session) =>
      database.dialect.deleteRows(
        session,
        t!,
        t!.columns,
        ['a'],
        [
          ['\uDCFF', 1n],
          ['\uDCFE', 2n],
          ['\uFFFD', 3n],
        ],
      ),
    );
    expect(deleted).toBe(2);
    await database.load(
      datasetOf('sqlite', t!, [
        ['\uDCFF', 5n],
        ['plain', 6n],
      ]),
    );
    expect(
      raw
        .prepare("SELECT hex(a) FROM t WHERE b >= 1 AND a > 'a' OR typeof(a) = 'blob' ORDER BY a")
        .pluck()
        .all(),
    ).toEqual(['706C61696E', 'FE00', 'FF', 'FF']);
    raw.close();
  });
});
