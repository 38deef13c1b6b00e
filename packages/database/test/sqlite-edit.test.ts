import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Row, resolveTable } from '../src/index.js';
import { rowKey } from '../src/key.js';
import { sameRow, valueText } from '../src/sqlite/compare.js';
import { contents, datasetOf } from './datasets.js';

describe('SQLite edits', () => {
  const handles: BetterSqlite3.Database[] = [];
  afterEach(() => {
    for (const handle of handles.splice(0)) handle.close();
  });

  async function opened(sql: string) {
    const raw = new BetterSqlite3(':memory:');
    handles.push(raw);
    raw.exec(sql);
    const database = await openDatabase(raw);
    const schema = await database.introspect();
    return { raw, database, schema, table: (name: string) => resolveTable(schema, name) };
  }
  const remove = (database: Database, table: ReturnType<typeof resolveTable>, rows: Row[]) =>
    database.transaction((session) =>
      database.dialect.deleteRows(session, table, table.columns, rowKey(table), rows),
    );

  it('deletes one row for each given, also where the table holds it twice, and none that differs by a bit', async () => {
    const { raw, database, table } = await opened('CREATE TABLE t (a, b TEXT COLLATE NOCASE)');
    const insert = raw.prepare('INSERT INTO t VALUES (?, ?)');
    for (const row of [
      [0, 'x'],
      [-0, 'x'],
      [1n, 'X'],
      [1, 'x'],
      ['1', 'x'],
      [null, null],
      [null, null],
    ])
      insert.run(row);
    expect(
      await remove(database, table('t'), [
        [-0, 'x'],
        [1, 'x'],
        [null, null],
        [0, 'y'],
        [1n, 'x'],
      ]),
    ).toBe(3);
    expect((await contents(database)).t).toEqual([
      [0, 'x'],
      [1n, 'X'],
      ['1', 'x'],
      [null, null],
    ]);
    expect(
      await remove(database, table('t'), [
        [null, null],
        [null, null],
      ]),
    ).toBe(1);
  });

  it.each([
    ['a key', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)'],
    ['a key of text', 'CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, a, b)'],
    ['no rowid', 'CREATE TABLE t (id, a, b, PRIMARY KEY (id, a)) WITHOUT ROWID'],
    ['no key', 'CREATE TABLE t (id, a, b)'],
    ['no name for its rows', 'CREATE TABLE t (rowid, oid, _rowid_)'],
  ])('leaves what is to the bit what was not given, in a table with %s', async (_, sql) => {
    const value = fc.oneof(
      fc.constantFrom(
        null,
        0,
        -0,
        0n,
        1,
        1n,
        '1',
        '',
        'a\0b',
        1.5,
        Infinity,
        2n ** 63n - 1n,
        2 ** 63,
      ),
      fc.uint8Array({ maxLength: 2 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 3 }).filter((it) => it.isWellFormed()),
    );
    const keys = /INTEGER/.test(sql)
      ? fc.bigInt({ min: -9n, max: 9n })
      : fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'A', '1') });
    const given = fc.array(
      fc.tuple(keys, /ROWID/.test(sql) ? value.filter((it) => it !== null) : value, value),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(given, fc.nat(255), async (list, mask) => {
        const { raw, database, table } = await opened(sql);
        const insert = raw.prepare('INSERT OR IGNORE INTO t VALUES (?, ?, ?)');
        for (const row of list) insert.run(row);
        const { t: before = [] } = await contents(database);
        const gone = before.filter((_, i) => mask & (1 << i));
        expect(await remove(database, table('t'), gone)).toBe(gone.length);
        const left = [...before];
        for (const row of gone)
          left.splice(
            left.findIndex((it) => sameRow(it, row)),
            1,
          );
        const { t: after = [] } = await contents(database);
        const texts = (rows: Row[]) => rows.map((row) => row.map(valueText).join()).sort();
        expect(texts(after)).toEqual(texts(left));
        handles.pop();
        raw.close();
      }),
      { numRuns: 60 },
    );
  });

  it('writes over rows that are as given, and swaps values that have to be unique', async () => {
    const { database, table } = await opened(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, n REAL);
      INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)`);
    const update = (updates: { before: Row; after: Row }[]) =>
      database.transaction((session) =>
        database.dialect.updateRows(session, table('t'), table('t').columns, ['id'], updates),
      );
    const swap = [
      { before: [1n, 'a', 1], after: [1n, 'b', 1.5] },
      { before: [2n, 'b', 2], after: [2n, 'c', 2] },
      { before: [3n, 'c', 3], after: [3n, 'a', 3] },
      { before: [4n, 'd', 5], after: [4n, 'x', 5] },
    ];
    expect(await update(swap)).toBe(3);
    expect((await contents(database)).t).toEqual([
      [1n, 'b', 1.5],
      [2n, 'c', 2],
      [3n, 'a', 3],
      [4n, 'd', 4],
    ]);
    const taken = [{ before: [1n, 'b', 1.5], after: [1n, 'd', 1.5] }];
    await expect(update(taken)).rejects.toThrow('SQLITE_CONSTRAINT_UNIQUE');
  });

  it('reads and writes where numbering stands', async () => {
    const { raw, database, schema } = await opened(`
      CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT);
      INSERT INTO t VALUES (9223372036854775800); DELETE FROM t`);
    const { dialect } = database;
    const read = () =>
      database.transaction((session) => dialect.readSequences(session, schema.sequences));
    const states = await read();
    expect(states).toEqual([
      { schema: '', name: 't', value: { last: '9223372036854775800', called: true } },
      { schema: '', name: 'u', value: null },
    ]);
    raw.exec('INSERT INTO t VALUES (NULL); INSERT INTO u VALUES (NULL)');
    await database.transaction((session) => dialect.writeSequences(session, states));
    expect(await read()).toEqual(states);
    raw.exec('INSERT INTO u VALUES (NULL)');
    expect(await read()).toMatchObject([{}, { value: { last: '2', called: true } }]);
    expect(raw.prepare('SELECT seq FROM sqlite_sequence').pluck().all()).toHaveLength(2);
    raw.exec('DELETE FROM u');
    await database.transaction((session) =>
      dialect.writeSequences(session, [
        { schema: '', name: 'u', value: { last: '7', called: false } },
      ]),
    );
    raw.exec('INSERT INTO u VALUES (NULL)');
    expect(raw.prepare('SELECT id FROM u').pluck().get()).toBe(7);
  });

  it('mutes the triggers of users for a load, temporary ones too, and makes them again in their order', async () => {
    const { raw, database, table } = await opened(`
      CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE fired (who);
      CREATE TRIGGER "the ""old""" AFTER INSERT ON t BEGIN INSERT INTO fired VALUES ('old'); END;
      CREATE TRIGGER main.refuse BEFORE INSERT ON T WHEN new.id = 2 BEGIN SELECT RAISE(ABORT, 'no'); END;
      CREATE TEMP TRIGGER passing AFTER INSERT ON main.t BEGIN INSERT INTO fired VALUES ('temp'); END;
      CREATE TRIGGER "new" AFTER INSERT ON t BEGIN INSERT INTO fired VALUES ('new'); END`);
    const all = () =>
      ['main', 'temp'].map((schema) =>
        raw.prepare(`SELECT name, sql FROM ${schema}.sqlite_schema WHERE type = 'trigger'`).all(),
      );
    const before = all();
    const one = (id: bigint) => datasetOf('sqlite', table('t'), [[id]]);
    await database.load(one(2n));
    expect(all()).toEqual(before);
    expect((await contents(database)).fired).toEqual([]);
    await expect(database.load(one(2n))).rejects.toThrow('HFIT_LOAD_FAILED');
    expect(all()).toEqual(before);
    await database.load(one(3n), { fireTriggers: true });
    expect((await contents(database)).fired).toEqual([['temp'], ['new'], ['old']]);
  });

  it('tells equal tables by one checksum, whatever the order of their rows', async () => {
    const sum = async (values: string) => {
      const { raw, database, table } = await opened(
        `CREATE TABLE t (a, b, c AS (a)); INSERT INTO t VALUES ${values}`,
      );
      raw.exec("UPDATE t SET a = -0.0 WHERE a = 'minus'");
      return database.transaction((session) => database.dialect.checksum(session, table('t')));
    };
    expect(await sum('(1, 2), (3, 4), (1, 2)')).toBe(await sum('(3, 4), (1, 2), (1, 2)'));
    const different = [
      '(1, 2)',
      '(2, 1)',
      '(1, 2), (1, 2)',
      "(1, '2')",
      '(1, 2.0)',
      "('1,2', NULL)",
      "(X'31', 2)",
      '(0.0, 1)',
      "('minus', 1)",
      "('', NULL)",
      "(NULL, '')",
    ];
    expect(new Set(await Promise.all(different.map(sum))).size).toBe(different.length);
  });
});
