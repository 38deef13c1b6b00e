import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, type Dataset, openDatabase, type Row, type Schema } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { ask, fresh } from './mysql-server.js';
import { withoutBytes } from './mysql-types.js';

describe.skipIf(!services.mariadb)('a load of MariaDB', () => {
  let [source, target]: Awaited<ReturnType<typeof fresh>>[] = [];
  let [from, to]: Database[] = [];
  const ends: (() => unknown)[] = [];
  beforeEach(async () => {
    [source, target] = await Promise.all([fresh(), fresh()]);
    [from, to] = await Promise.all([openDatabase(source!.url), openDatabase(target!.url)]);
    ends.push(
      () => from!.close(),
      () => to!.close(),
      () => source!.drop(),
      () => target!.drop(),
    );
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** Loads what the source holds, as bytes or as values. */
  const copy = async (
    form: 'bytes' | 'values',
    change: (dataset: Dataset) => Dataset = (it) => it,
  ) => {
    const snapshot = await from!.snapshot();
    try {
      const schema: Schema = await snapshot.introspect();
      const values = withoutBytes(wholeOf(schema, snapshot));
      const bytes: Dataset = {
        ...values,
        async *rows() {
          for (const table of values.tables) yield snapshot.tableRows(table);
        },
      };
      return await to!.load(change(form === 'bytes' ? bytes : values));
    } finally {
      await snapshot.close();
    }
  };
  const letters = (edges: string) => {
    const pairs = edges.split(' ').map((it) => it.split('>') as [string, string]);
    const names = [...new Set(pairs.flat())].sort();
    return [
      ...names.map((name) => {
        const columns = pairs
          .filter(([it]) => it === name)
          .map(([, to]) => `${to}_id int NOT NULL`);
        return `CREATE TABLE ${name} (${['id int PRIMARY KEY', ...columns].join(', ')})`;
      }),
      ...pairs.map(([a, b]) => `ALTER TABLE ${a} ADD FOREIGN KEY (${b}_id) REFERENCES ${b} (id)`),
      ...names.map((name) => {
        const keys = pairs.filter(([it]) => it === name).map(() => '1 + (seq + 2) % 5');
        return `INSERT INTO ${name} SELECT ${['seq', ...keys].join(', ')} FROM seq_1_to_5`;
      }),
    ];
  };
  const graphs: [string, string[]][] = [
    [
      'a chain of 100 rows that point to the next',
      [
        'CREATE TABLE t (id int PRIMARY KEY, next int, FOREIGN KEY (next) REFERENCES t (id))',
        'INSERT INTO t SELECT seq, if(seq < 100, seq + 1, NULL) FROM seq_1_to_100',
      ],
    ],
    ['two tables that point to each other', letters('a>b b>a')],
    ['tables around a small cycle', letters('a>b b>a b>c b>d c>d e>a f>b')],
    ['tables around two cycles', letters('a>b b>c c>d d>b d>e e>d e>f f>d')],
  ];
  describe.each(graphs)('of %s', (_, statements) => {
    it.each(['bytes', 'values'] as const)('as %s holds all its rows', async (form) => {
      await source!.run(statements);
      await copy(form);
      expect(await contents(to!)).toEqual(await contents(from!));
      expect((await to!.introspect()).tables).toEqual((await from!.introspect()).tables);
      expect(await to!.orphans()).toEqual([]);
    });
  });

  it('checks each foreign key where they were off, also those that only the target has', async () => {
    await source!.run([
      'CREATE TABLE p (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id))',
      'CREATE TABLE c (id int PRIMARY KEY, p_id int)',
      'INSERT INTO p VALUES (1, 2), (2, 1)',
      'INSERT INTO c VALUES (1, 1), (2, 7), (3, 8)',
    ]);
    await target!.run([
      'CREATE TABLE p (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id))',
      'CREATE TABLE c (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id))',
    ]);
    for (const form of ['bytes', 'values'] as const) {
      await expect(copy(form)).rejects.toThrow(/HFIT_LOAD_ORPHAN: 2 rows of c point by c_ibfk_1/);
      expect(await contents(to!)).toEqual({ c: [], p: [] });
    }
  });

  it('lets no row of another table lose what it points to when its target is replaced', async () => {
    await source!.run(['CREATE TABLE p (id int PRIMARY KEY)', 'INSERT INTO p VALUES (1), (3)']);
    await target!.run([
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE c (id int PRIMARY KEY, p_id int, FOREIGN KEY (p_id) REFERENCES p (id))',
      'INSERT INTO p VALUES (1), (2)',
      'INSERT INTO c VALUES (1, 1), (2, 2)',
    ]);
    const before = await contents(to!);
    const replacing = (dataset: Dataset): Dataset => ({
      ...dataset,
      create: dataset.tables.map((table) => ({ table, mode: 'replace' })),
    });
    await expect(copy('bytes', replacing)).rejects.toThrow(/HFIT_LOAD_ORPHAN: 1 rows of c/);
    expect(await contents(to!)).toEqual(before);
    await target!.run(['DELETE FROM c WHERE id = 2']);
    await copy('bytes', replacing);
    expect(await ask(target!.url, 'SELECT id FROM p')).toEqual([['1'], ['3']]);
  });

  it('puts counters where the dataset says, also one that stands alone', async () => {
    await source!.run([
      'CREATE TABLE n (id int AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 50',
      'CREATE SEQUENCE alone START WITH 7 INCREMENT BY 3 NOCACHE',
      'DO nextval(alone)',
    ]);
    const { sequences } = await from!.introspect();
    const states = await from!.transaction((it) => from!.dialect.readSequences(it, sequences));
    await copy('bytes', (dataset) => ({
      ...dataset,
      createSequences: sequences.filter(({ ownedBy }) => ownedBy === null),
      sequences: states,
    }));
    await target!.run(['INSERT INTO n VALUES (DEFAULT)']);
    expect(await ask(target!.url, 'SELECT id, nextval(alone) FROM n')).toEqual([['50', '10']]);
    const copied = await to!.introspect();
    expect(copied.sequences).toEqual(sequences);
  });

  it.each(['bytes', 'values'] as const)(
    'of %s tells the row that is not taken, by a key that is not what is wrong',
    async (form) => {
      await source!.run([
        'CREATE TABLE t (id varchar(20) PRIMARY KEY, n int)',
        `INSERT INTO t VALUES ('a1', 1), ('a2', 2), ('a3 too long', 3)`,
      ]);
      await target!.run(['CREATE TABLE t (id varchar(5) PRIMARY KEY, n int CHECK (n <> 2))']);
      await expect(copy(form)).rejects.toMatchObject({
        code: 'HFIT_LOAD_FAILED',
        where: 'row 2, id = a2',
      });
      await source!.run([`DELETE FROM t WHERE n = 2`]);
      await expect(copy(form)).rejects.toMatchObject({ code: 'HFIT_LOAD_FAILED', where: 'row 2' });
      expect(await contents(to!)).toEqual({ t: [] });
    },
  );

  it('does not take the rows of a temporary table for those of the table that it hides', async () => {
    const mysql = await import('mysql2/promise');
    await source!.run(['CREATE TABLE t (id int)', 'INSERT INTO t VALUES (1)']);
    const connection = await mysql.createConnection(source!.url);
    ends.unshift(() => connection.end());
    await connection.query('CREATE TEMPORARY TABLE t (name text)');
    const database = await openDatabase(connection);
    await expect(database.introspect()).rejects.toThrow(/HFIT_DATABASE_BUSY.*hides the table t/);
    await connection.query('DROP TEMPORARY TABLE t');
    expect(await contents(database)).toEqual({ t: [['1']] as Row[] });
  });

  it('refuses a table without transactions, but for one that it makes itself', async () => {
    const old = 'CREATE TABLE old (id int PRIMARY KEY) ENGINE=MyISAM';
    await source!.run([
      old,
      'INSERT INTO old VALUES (1), (2)',
      'CREATE TABLE t (id int PRIMARY KEY)',
    ]);
    await target!.run([old, 'INSERT INTO old VALUES (7)', 'CREATE TABLE t (id int PRIMARY KEY)']);
    const told = /HFIT_TABLE_NOT_ATOMIC.*table old .*its engine MyISAM has no transactions/;
    for (const mode of ['absent', 'replace'] as const) {
      const make = (dataset: Dataset) => ({
        ...dataset,
        create: dataset.tables.map((table) => ({ table, mode })),
      });
      await expect(copy('values', make)).rejects.toThrow(told);
      expect(await ask(target!.url, 'SELECT id FROM old')).toEqual([['7']]);
    }
    await target!.run(['DROP TABLE old', 'DROP TABLE t']);
    const whole = (dataset: Dataset) => ({
      ...dataset,
      create: dataset.tables.map((table) => ({ table, mode: 'absent' as const })),
    });
    await expect(
      copy('values', (dataset) => ({
        ...whole(dataset),
        async *rows() {
          yield* dataset.rows();
          throw new Error('cut');
        },
      })),
    ).rejects.toThrow();
    expect(await ask(target!.url, 'SHOW TABLES')).toEqual([]);
    await copy('values', whole);
    expect(await ask(target!.url, 'SELECT id FROM old')).toEqual([['1'], ['2']]);
  });
});
