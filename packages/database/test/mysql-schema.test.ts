import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase, resolveTable, type Table } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { ask, fresh } from './mysql-server.js';

describe.skipIf(!services.mariadb)('the schema of MariaDB', () => {
  let server: Awaited<ReturnType<typeof fresh>>;
  const ends: (() => unknown)[] = [];
  beforeEach(async () => {
    server = await fresh();
    ends.push(() => server.drop());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const open = async (url = server.url): Promise<Database> => {
    const database = await openDatabase(url);
    ends.push(() => database.close());
    return database;
  };
  const read = async (statements: readonly string[]) => {
    await server.run(statements);
    return (await open()).introspect();
  };
  const only = async (statements: readonly string[]) => (await read(statements)).tables[0] as Table;
  /** Copies all of it into another database, and gives both schemas. */
  const copied = async () => {
    const other = await fresh();
    ends.push(() => other.drop());
    const [source, target] = [await open(), await open(other.url)];
    const snapshot = await source.snapshot();
    const schema = await snapshot.introspect();
    await target.load(wholeOf(schema, snapshot));
    await snapshot.close();
    expect(await contents(target)).toEqual(await contents(source));
    return { other, source: schema, target: await target.introspect() };
  };

  it('tells what a foreign key does, and to which key of which table it points', async () => {
    const schema = await read([
      'CREATE TABLE p (id int PRIMARY KEY, code int NOT NULL UNIQUE, a int, b int, UNIQUE (a, b))',
      `CREATE TABLE c (id int PRIMARY KEY, v int, w int, x int, y int, z int,
         CONSTRAINT k1 FOREIGN KEY (v) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL,
         CONSTRAINT k2 FOREIGN KEY (w) REFERENCES p (code) ON DELETE SET NULL ON UPDATE CASCADE,
         CONSTRAINT k3 FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE NO ACTION ON UPDATE NO ACTION,
         CONSTRAINT k4 FOREIGN KEY (z) REFERENCES c (id) ON DELETE RESTRICT ON UPDATE RESTRICT)`,
    ]);
    const p = { schema: '', name: 'p' };
    const key = (
      name: string,
      columns: string,
      target: typeof p,
      to: string,
      onDelete: string,
      onUpdate: string,
    ) => ({
      name,
      columns: columns.split(' '),
      target,
      targetColumns: to.split(' '),
      onUpdate,
      onDelete,
      deferrable: 'never',
    });
    expect(resolveTable(schema, 'c').foreignKeys).toEqual([
      key('k1', 'v', p, 'id', 'cascade', 'set null'),
      key('k2', 'w', p, 'code', 'set null', 'cascade'),
      key('k3', 'x y', p, 'a b', 'no action', 'no action'),
      key('k4', 'z', { schema: '', name: 'c' }, 'id', 'restrict', 'restrict'),
    ]);
    const { source, target } = await copied();
    expect(target).toEqual({ ...source, database: target.database });
  });

  it('tells checks of tables and of columns, but not the one that makes a JSON column', async () => {
    const table = await only([
      `CREATE TABLE t (id int PRIMARY KEY CHECK (id > 1), a int, doc json, text longtext,
         CHECK (a < id), CONSTRAINT \`it's\` CHECK (text <> 'x''y\\\\'), CHECK (json_valid(text)))`,
    ]);
    expect(table.checks).toEqual([
      { name: 'CONSTRAINT_1', condition: '`a` < `id`' },
      { name: 'CONSTRAINT_2', condition: 'json_valid(`text`)' },
      { name: 'id', condition: '`id` > 1' },
      { name: "it's", condition: "`text` <> 'x\\'y\\\\'" },
    ]);
    expect(table.columns.map(({ kind }) => kind)).toEqual(['integer', 'integer', 'json', 'text']);
  });

  it('tells unique keys over whole columns from those over beginnings', async () => {
    const table = await only([
      `CREATE TABLE t (a varchar(50), b blob, c int NOT NULL, d text, g int AS (c * 2) VIRTUAL,
         PRIMARY KEY (a(10), c), UNIQUE one (c), UNIQUE two (c, b(7)), UNIQUE three (g), UNIQUE four (d))`,
    ]);
    expect(table.primaryKey).toEqual({ name: 'PRIMARY', columns: ['a', 'c'] });
    expect(table.uniques).toEqual([
      { name: 'four', columns: ['d'], nullsDistinct: true },
      { name: 'one', columns: ['c'], nullsDistinct: true },
      { name: 'three', columns: ['g'], nullsDistinct: true },
    ]);
    expect(table.uniqueIndexes).toEqual([
      { name: 'PRIMARY', expressions: ['left(`a`, 10)', '`c`'], predicate: null },
      { name: 'two', expressions: ['`c`', 'left(`b`, 7)'], predicate: null },
    ]);
    await server.run([`INSERT INTO t (a, b, c) VALUES ('x', 'y', 1), ('xy', NULL, 2)`]);
    const { source, target } = await copied();
    expect(target.tables).toEqual(source.tables);
  });

  it('reads the labels of enums and sets, however odd', async () => {
    const table = await only([
      `CREATE TABLE t (e enum('a', 'it''s', 'b,c', '漢', '\\\\', 'x\\\\''y', '', 'nul\\0', 'line\\n', 'tab\\t', '"', '%', '--'),
         s set('', 'y z', 'it''s') CHARACTER SET latin1, j enum('ソ', '表') CHARACTER SET sjis)`,
    ]);
    expect(table.columns.map(({ labels }) => labels)).toEqual([
      "a|it's|b,c|漢|\\|x\\'y||nul\0|line\n|tab\t|\"|%|--".split('|'),
      ['', 'y z', "it's"],
      ['ソ', '表'],
    ]);
    await server.run([
      `INSERT INTO t SELECT seq, if(seq < 8, seq, 0), if(seq < 3, seq, 1) FROM seq_1_to_13`,
    ]);
    await copied();
  });

  it('skips views, sequences, temporary and foreign tables, and what is our own', async () => {
    const schema = await read([
      'CREATE TABLE t (id int)',
      'CREATE TABLE hfit_log (id int AUTO_INCREMENT PRIMARY KEY, t int)',
      'CREATE VIEW v AS SELECT * FROM t',
      'CREATE TEMPORARY TABLE u (id int)',
      'CREATE TABLE m (id int) ENGINE=MyISAM',
      'CREATE TABLE n (id int) ENGINE=MERGE UNION=(m)',
      'CREATE SEQUENCE s START WITH 5 INCREMENT BY 3',
    ]);
    expect(schema.tables.map(({ name }) => name)).toEqual(['m', 't']);
    expect(schema.sequences).toMatchObject([{ schema: '', name: 's', ownedBy: null }]);
    const snapshot = await (await open()).snapshot();
    expect(await snapshot.schemas()).toContain(server.name);
    await snapshot.close();
    await server.run(['DROP TABLE t, m, n']);
    const without = await (await open()).snapshot();
    expect(await without.schemas()).not.toContain(server.name);
    await without.close();
  });

  it('knows the numbering of tables, and the sequences that they take numbers from', async () => {
    const schema = await read([
      'CREATE SEQUENCE `my seq` START WITH 5 INCREMENT BY 3 MAXVALUE 1000 CYCLE',
      `CREATE TABLE n (id int AUTO_INCREMENT PRIMARY KEY, no int DEFAULT (nextval(\`my seq\`)),
         name varchar(99) DEFAULT 'nextval(\`${server.name}\`.\`s\`)')`,
      'INSERT INTO n (name) VALUES (NULL), (NULL)',
      'CREATE SEQUENCE down INCREMENT BY -1',
      'CREATE TABLE d (id int DEFAULT (nextval(down)), x int)',
      'INSERT INTO d (x) VALUES (1), (2)',
      'INSERT INTO d VALUES (7, 3)',
    ]);
    const table = resolveTable(schema, 'n');
    expect(schema.sequences).toMatchObject([
      { schema: '', name: 'n', ownedBy: { table: { schema: '', name: 'n' }, column: 'id' } },
      { schema: '', name: 'down', ownedBy: null },
      { schema: '', name: 'my seq', ownedBy: null },
    ]);
    expect(table.columns.map((column) => column.default)).toEqual([
      null,
      'nextval(`my seq`)',
      `'nextval(\`${server.name}\`.\`s\`)'`,
    ]);
    const { other, source, target } = await copied();
    expect(target).toEqual({ ...source, database: target.database });
    // Both count on where the rows end.
    await other.run(['INSERT INTO n (name) VALUES (NULL)']);
    expect(await ask(other.url, 'SELECT id, no FROM n')).toEqual([
      ['1', '5'],
      ['2', '8'],
      ['3', '11'],
    ]);
    await other.run(['INSERT INTO d (x) VALUES (4)']);
    expect(await ask(other.url, 'SELECT id FROM d WHERE x = 4')).toEqual([['-3']]);
  });

  it('takes partitioned and versioned tables and those with a period as what they are now', async () => {
    const schema = await read([
      'CREATE TABLE parts (id int PRIMARY KEY, x int) PARTITION BY HASH (id) PARTITIONS 3',
      'CREATE TABLE past (id int PRIMARY KEY, x int UNIQUE) WITH SYSTEM VERSIONING',
      `CREATE TABLE seen (id int PRIMARY KEY, x int, began timestamp(6) GENERATED ALWAYS AS ROW START,
         ended timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (began, ended)) WITH SYSTEM VERSIONING`,
      `CREATE TABLE stay (room int, a date, b date, PERIOD FOR p (a, b), UNIQUE (room, p WITHOUT OVERLAPS))`,
      'INSERT INTO parts VALUES (1, 1), (2, 2), (3, 3)',
      'INSERT INTO past VALUES (1, 1), (2, 2)',
      'INSERT INTO seen (id, x) VALUES (1, 1), (2, 2)',
      'UPDATE past SET x = x + 10',
      'DELETE FROM seen WHERE id = 1',
      `INSERT INTO stay VALUES (1, '2020-01-01', '2020-02-01')`,
    ]);
    const keys = schema.tables.map((it) => [it.name, it.columns.length, it.primaryKey?.columns]);
    expect(keys).toEqual([
      ['parts', 2, ['id']],
      ['past', 2, ['id']],
      ['seen', 2, ['id']],
      ['stay', 3, undefined],
    ]);
    expect(resolveTable(schema, 'past').uniques.map(({ columns }) => columns)).toEqual([['x']]);
    expect(resolveTable(schema, 'stay').checks).toEqual([{ name: 'p', condition: '`a` < `b`' }]);
    const { source, target } = await copied();
    expect(target.tables).toEqual(source.tables);
  });

  it('carries generated and invisible columns, and the character sets of columns', async () => {
    const table = await only([
      `CREATE TABLE t (id int PRIMARY KEY, hidden int INVISIBLE DEFAULT 5, s int AS (id * 2) STORED,
         v int AS (hidden + 1) VIRTUAL, l varchar(9) CHARACTER SET latin1, c varchar(99) COMPRESSED) DEFAULT CHARSET big5`,
      `INSERT INTO t (id, hidden, l, c) VALUES (1, 7, 'é', '中'), (2, DEFAULT, NULL, NULL)`,
    ]);
    expect(table.columns.map(({ name, generated }) => [name, generated])).toEqual([
      ['id', null],
      ['hidden', null],
      ['s', 'stored'],
      ['v', 'virtual'],
      ['l', null],
      ['c', null],
    ]);
    const { other, source, target } = await copied();
    expect(target.tables).toEqual(source.tables);
    const sql = 'SELECT id, hidden, s, v, hex(l), hex(c) FROM t';
    expect(await ask(other.url, sql)).toEqual(await ask(server.url, sql));
  });
});
