import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Column, type Dataset, openDatabase, resolveTable, script } from '../src/index.js';
import { contents, datasetOf, wholeOf } from './datasets.js';
import { freshFile, sqlite3 } from './sqlite-files.js';

const rich = [
  `CREATE TABLE IF NOT EXISTS [Odd "name] (
     id INTEGER PRIMARY KEY AUTOINCREMENT, "Mixed Case" TEXT NOT NULL DEFAULT 'it''s', price DECIMAL(10,2),
     doubled REAL GENERATED ALWAYS AS (price * 2) STORED, twice AS (price * 2), flag BOOLEAN DEFAULT 0,
     at DATETIME DEFAULT CURRENT_TIMESTAMP, day DATE, uid UUID, doc JSON, bytes BLOB, any, wide NVARCHAR(40),
     UNIQUE (uid, day), UNIQUE (wide))`,
  `CREATE UNIQUE INDEX whole ON [Odd "name] (price, flag)`,
  `CREATE UNIQUE INDEX part ON [Odd "name] (price) WHERE flag`,
  `CREATE UNIQUE INDEX expression ON [Odd "name] (lower(wide), 1 + 1)`,
  `CREATE INDEX plain ON [Odd "name] (day DESC) -- newest first`,
  `CREATE TABLE pair (a TEXT, b INT, PRIMARY KEY (b, a)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE child (
     id INT PRIMARY KEY, odd REFERENCES "ODD ""NAME", b INT, a TEXT, up INT CONSTRAINT mine REFERENCES CHILD (ID),
     gone REFERENCES nowhere, again REFERENCES [Odd "name](ID),
     FOREIGN KEY (b, a) REFERENCES pair, FOREIGN KEY (b, a) REFERENCES pair (b, a)) -- the last`,
  `CREATE TABLE filled AS SELECT 1 AS one, 'x' AS two`,
  `CREATE VIEW seen AS SELECT * FROM pair`,
  `CREATE VIRTUAL TABLE words USING fts5(body)`,
  `INSERT INTO words VALUES ('some words')`,
  `INSERT INTO [Odd "name] (price, uid) VALUES (1.5, 'u'), (3, NULL)`,
  `INSERT INTO pair VALUES ('x', 1)`,
  `INSERT INTO child (id, odd, b, a, up) VALUES (1, 2, 1, 'x', 1), (NULL, 1, NULL, NULL, NULL)`,
];

describe('SQLite schema', () => {
  it('knows keys, generated columns, kinds, and what is no table', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.pragma('foreign_keys = OFF');
    for (const statement of rich) raw.exec(statement);
    raw.exec('CREATE TEMP TABLE pair (other)');
    const hidden = await (await openDatabase(raw)).introspect();
    expect(hidden.tables.map(({ name }) => name)).toEqual(['Odd "name', 'child', 'filled']);
    raw.exec('DROP TABLE temp.pair');

    const schema = await (await openDatabase(raw)).introspect();
    const names = schema.tables.map(({ name }) => name);
    expect(names).toEqual(['Odd "name', 'child', 'filled', 'pair']);
    const [odd, child, , pair] = schema.tables;
    expect(odd?.columns.map((it) => [it.name, it.kind, it.nullable, it.generated])).toEqual([
      ['id', 'integer', false, null],
      ['Mixed Case', 'text', false, null],
      ['price', 'decimal', true, null],
      ['doubled', 'float', true, 'stored'],
      ['twice', 'other', true, 'virtual'],
      ['flag', 'boolean', true, null],
      ['at', 'timestamp', true, null],
      ['day', 'date', true, null],
      ['uid', 'uuid', true, null],
      ['doc', 'json', true, null],
      ['bytes', 'binary', true, null],
      ['any', 'other', true, null],
      ['wide', 'text', true, null],
    ]);
    expect(odd?.columns.map(({ identity }) => identity).filter(Boolean)).toEqual(['default']);
    expect(odd?.columns[1]?.default).toBe("'it''s'");
    expect(odd?.uniques).toEqual([
      { name: 'Odd "name_uid_day_key', columns: ['uid', 'day'], nullsDistinct: true },
      { name: 'Odd "name_wide_key', columns: ['wide'], nullsDistinct: true },
      { name: 'whole', columns: ['price', 'flag'], nullsDistinct: true },
    ]);
    expect(pair?.primaryKey).toEqual({ name: 'pair_pkey', columns: ['b', 'a'] });
    expect(pair?.columns.map(({ nullable }) => nullable)).toEqual([false, false]);
    expect(child?.columns[0]).toMatchObject({ name: 'id', nullable: true, identity: null });
    const to = (name: string) => ({ schema: '', name });
    const plain = { onUpdate: 'no action', onDelete: 'no action', deferrable: 'never' };
    expect(child?.foreignKeys).toEqual(
      [
        {
          name: 'child_odd_fkey',
          columns: ['odd'],
          target: to('Odd "name'),
          targetColumns: ['id'],
        },
        { name: 'child_up_fkey', columns: ['up'], target: to('child'), targetColumns: ['id'] },
        {
          name: 'child_again_fkey',
          columns: ['again'],
          target: to('Odd "name'),
          targetColumns: ['id'],
        },
        {
          name: 'child_b_a_fkey',
          columns: ['b', 'a'],
          target: to('pair'),
          targetColumns: ['b', 'a'],
        },
        {
          name: 'child_b_a_fkey1',
          columns: ['b', 'a'],
          target: to('pair'),
          targetColumns: ['b', 'a'],
        },
      ].map((key) => ({ ...plain, ...key })),
    );
    expect(resolveTable(schema, 'main.CHILD')).toBe(child);
    expect((await (await openDatabase(raw)).introspect(['elsewhere'])).tables).toEqual([]);
    raw.close();
  });

  it('reads from statements what no pragma tells: checks, deferral, unique indexes, numbering', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.exec(`
      CREATE TABLE counted (id INTEGER PRIMARY KEY /* CHECK (0) */ AUTOINCREMENT, b CHECK (b <> ')'), a TEXT);
      CREATE TABLE plain (id INTEGER PRIMARY KEY, "AUTOINCREMENT" TEXT DEFAULT 'CHECK (1)');
      CREATE TABLE c (
        a INT CONSTRAINT positive CHECK (a > 0 AND a IN (1, 2)) CHECK(a < 9) -- , CHECK (2)
          REFERENCES counted (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
        b INT REFERENCES counted ON DELETE SET DEFAULT NOT DEFERRABLE INITIALLY DEFERRED,
        [check] TEXT, d INT REFERENCES gone DEFERRABLE,
        e INT REFERENCES counted ON DELETE RESTRICT DEFERRABLE INITIALLY IMMEDIATE,
        CONSTRAINT "it's ""so""" CHECK ("check" <> 'CHECK (3)'), CHECK (length([check]) > (1)));
      CREATE UNIQUE INDEX low ON c (lower("check") DESC, coalesce(a, (b)), e COLLATE NOCASE);
      CREATE UNIQUE INDEX part ON c (a DESC, "b") WHERE e IS NULL AND d > 1;
      CREATE TABLE loose (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT`);
    const database = await openDatabase(raw);
    const { tables, sequences } = await database.introspect();
    const [c, counted] = tables;
    expect(c?.checks).toEqual([
      { name: 'positive', condition: 'a > 0 AND a IN (1, 2)' },
      { name: 'c_check', condition: 'a < 9' },
      { name: `it's "so"`, condition: `"check" <> 'CHECK (3)'` },
      { name: 'c_check1', condition: 'length([check]) > (1)' },
    ]);
    expect(counted?.checks).toEqual([{ name: 'counted_check', condition: "b <> ')'" }]);
    expect(
      c?.foreignKeys.map((it) => [it.columns[0], it.onDelete, it.onUpdate, it.deferrable]),
    ).toEqual([
      ['a', 'cascade', 'set null', 'deferred'],
      ['b', 'set default', 'no action', 'never'],
      ['e', 'restrict', 'no action', 'immediate'],
    ]);
    expect(c?.uniqueIndexes).toEqual([
      {
        name: 'low',
        expressions: ['lower("check")', 'coalesce(a, (b))', 'e COLLATE NOCASE'],
        predicate: null,
      },
      { name: 'part', expressions: ['a', '"b"'], predicate: 'e IS NULL AND d > 1' },
    ]);
    expect(sequences).toEqual(
      ['counted', 'loose'].map((name) => {
        const table = { schema: '', name };
        return { ...table, ownedBy: { table, column: 'id' } };
      }),
    );
    raw.close();
  });

  it.each(['load', ...(sqlite3 ? ['script'] : [])])('makes it anew by %s', async (how) => {
    const [source, target] = [await freshFile(), await freshFile()];
    await source.run(rich.map((it) => it.replace('REFERENCES nowhere', '')));
    const from = await openDatabase(source.target);
    const to = await openDatabase(target.target);
    const schema = await from.introspect();
    const snapshot = await from.snapshot();
    const whole = wholeOf(schema, snapshot);
    if (how === 'load') await to.load(whole);
    else {
      let text = '';
      for await (const piece of script(from.dialect, whole)) text += piece;
      await target.feed?.(text);
    }
    await snapshot.close();
    expect(await contents(to)).toEqual(await contents(from));
    expect((await to.introspect()).tables).toEqual(schema.tables);
    await source.drop();
    await target.drop();
  });

  it('looks up keys by their index, also composite ones', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.exec(`${rich[5]}; CREATE TABLE one (id INTEGER PRIMARY KEY, code TEXT UNIQUE, other TEXT)`);
    const database = await openDatabase(raw);
    const [one, pair] = (await database.introspect()).tables;
    const [id, code] = one!.columns;
    for (const [table, columns] of [
      [one, [id]],
      [one, [code]],
      [pair, pair!.columns],
    ] as const) {
      const keys = Array.from({ length: 1000 }, (_, i) => [`${i}`, BigInt(i)]);
      const { sql, parameters } = database.dialect.keyedBy(columns as Column[], keys, 0);
      const plan = raw.prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${table!.name} WHERE ${sql}`);
      const [first] = plan.all(parameters) as { detail: string }[];
      expect(first?.detail).toMatch(/^SEARCH .* USING/);
    }
    raw.close();
  });

  it('replaces a table that others point to, unless that would leave them alone', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent);
      INSERT INTO parent VALUES (1), (2);
      INSERT INTO child VALUES (1, 2)`);
    const database = await openDatabase(raw);
    const before = await contents(database);
    const parent = resolveTable(await database.introspect(), 'parent');
    const replaced = (ids: bigint[]): Dataset => ({
      ...datasetOf(
        'sqlite',
        parent,
        ids.map((id) => [id]),
      ),
      create: [{ table: parent, mode: 'replace' }],
    });
    await expect(database.load(replaced([1n, 3n]))).rejects.toThrow('HFIT_LOAD_ORPHAN');
    expect(await contents(database)).toEqual(before);
    await database.load(replaced([2n, 3n]));
    expect(await contents(database)).toEqual({ ...before, parent: [[2n], [3n]] });
    raw.close();
  });

  it('tells which rows of a load are orphans', async () => {
    const raw = new BetterSqlite3(':memory:');
    raw.exec('CREATE TABLE node (id INTEGER PRIMARY KEY, up REFERENCES node)');
    const database = await openDatabase(raw);
    const [node] = (await database.introspect()).tables;
    const rows = [
      [1n, 3n],
      [2n, 9n],
      [3n, null],
    ];
    await expect(database.load(datasetOf('sqlite', node!, rows))).rejects.toThrow(
      /HFIT_LOAD_ORPHAN: 1 rows of node point by node_up_fkey/,
    );
    expect(await contents(database)).toEqual({ node: [] });
    raw.close();
  });
});
