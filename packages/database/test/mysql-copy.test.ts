import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import type { Database, Dataset, Row, Snapshot, Table } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { freshPair } from './mysql-pair.js';
import { ask } from './mysql-server.js';
import { definition, fill, row, sameRows } from './mysql-types.js';

describe.skipIf(!services.mariadb)('bytes of MariaDB', () => {
  const pair = freshPair();
  const { open, withoutFiles } = pair;
  const never: AsyncIterable<readonly Row[]> = {
    // biome-ignore lint/correctness/useYield: nobody is to ask.
    async *[Symbol.asyncIterator]() {
      throw new Error('the values were asked for');
    },
  };
  /** All tables as bytes and as nothing else. */
  const bytesOf = async (snapshot: Snapshot, mode?: 'replace'): Promise<Dataset> => {
    const whole = wholeOf(await snapshot.introspect(), snapshot, mode);
    return {
      ...whole,
      async *rows() {
        for (const table of whole.tables) yield { ...snapshot.tableRows(table), batches: never };
      },
    };
  };
  const copy = async (from: Database, to: Database, mode?: 'replace') => {
    const snapshot = await from.snapshot();
    try {
      return await to.load(await bytesOf(snapshot, mode));
    } finally {
      await snapshot.close();
    }
  };

  it.each(['LOAD DATA', 'INSERT'])('hold every type to the bit, by %s', async (way) => {
    await pair.source.run([`SET sql_mode = ''`, definition]);
    const from = await open(pair.source.url);
    const to = way === 'INSERT' ? await withoutFiles() : await open(pair.target.url);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        await fill(pair.source.url, rows);
        expect((await copy(from, to, 'replace')).rows).toBe(rows.length);
        expect(await contents(to)).toEqual(await contents(from));
        expect(await sameRows(pair.source.url, pair.target.name)).toBe(rows.length);
      }),
      { numRuns: 15 },
    );
  });

  it('translate a text where the target has another character set, or tell that it cannot', async () => {
    await pair.source.run([
      'CREATE TABLE t (id int PRIMARY KEY, name varchar(20)) CHARSET utf8mb4',
      `INSERT INTO t VALUES (1, 'é'), (2, 'plain')`,
    ]);
    await pair.target.run(['CREATE TABLE t (id int PRIMARY KEY, name varchar(20)) CHARSET latin1']);
    const [from, to] = [await open(pair.source.url), await open(pair.target.url)];
    await copy(from, to);
    expect(await ask(pair.target.url, 'SELECT id, hex(name) FROM t')).toEqual([
      ['1', 'E9'],
      ['2', '706C61696E'],
    ]);
    await pair.source.run([`UPDATE t SET id = id + 10`, `UPDATE t SET name = '漢' WHERE id = 12`]);
    await expect(copy(from, to)).rejects.toMatchObject({
      code: 'HFIT_LOAD_FAILED',
      where: 'row 2, id = 12',
    });
    expect(await ask(pair.target.url, 'SELECT count(*) FROM t')).toEqual([['2']]);
  });

  it('hold lines of one empty field, of no bytes, of all bytes, and of more than a chunk', async () => {
    await pair.source.run([
      'CREATE TABLE one (name varchar(20))',
      `INSERT INTO one VALUES (''), (NULL), ('\\\\N'), ('N'), ('\\\\'), ('\\t'), ('\\n'), (''), ('\\\\t')`,
      'CREATE TABLE none (id int)',
      'CREATE TABLE wide (id int PRIMARY KEY, bytes longblob)',
      `INSERT INTO wide SELECT seq, repeat(unhex(lpad(hex(seq), 2, '0')), seq * 300) FROM seq_0_to_255`,
    ]);
    const [from, to] = [await open(pair.source.url), await open(pair.target.url)];
    const report = await copy(from, to);
    expect(report.rows).toBe(9 + 256);
    for (const sql of ['SELECT * FROM one', 'SELECT id, md5(bytes) FROM wide']) {
      expect(await ask(pair.target.url, sql)).toEqual(await ask(pair.source.url, sql));
    }
  });

  it('count on after the last number, and leave out what is generated', async () => {
    await pair.source.run([
      'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int, g int AS (n * 2) STORED)',
      'INSERT INTO t VALUES (7, 1, DEFAULT), (3, 2, DEFAULT)',
      `SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'`,
      'INSERT INTO t VALUES (0, 3, DEFAULT)',
    ]);
    await copy(await open(pair.source.url), await open(pair.target.url));
    await pair.target.run(['INSERT INTO t (n) VALUES (4)']);
    expect(await ask(pair.target.url, 'SELECT * FROM t')).toEqual([
      ['0', '3', '6'],
      ['3', '2', '4'],
      ['7', '1', '2'],
      ['8', '4', '8'],
    ]);
  });

  const bad: [name: string, ddl: string, insert: string, reason: RegExp][] = [
    ['a key twice', 'UNIQUE (v)', `(1, 1, 'a'), (2, 2, 'b'), (3, 1, 'c')`, /Duplicate entry/],
    ['a null', 'CHECK (TRUE)', `(1, 1, 'a'), (2, 2, 'b'), (3, NULL, 'c')`, /cannot be null/],
    ['a text too long', 'CHECK (TRUE)', `(1, 1, 'a'), (2, 2, ''), (3, 1, 'cc')`, /Data too long/],
    ['a broken check', 'CHECK (v < 5)', `(1, 1, 'a'), (2, 2, 'b'), (3, 9, 'c')`, /CONSTRAINT/],
    [
      'a broken reference',
      'FOREIGN KEY (v) REFERENCES p (id)',
      `(1, 1, 'a'), (2, 1, 'b'), (3, 7, 'c')`,
      /foreign key constraint/,
    ],
  ];
  it.each(bad)('tell the row that is not taken for %s, and load nothing', async (...[, ...it]) => {
    const [constraint, values, reason] = it;
    await pair.source.run([
      'CREATE TABLE t (id int PRIMARY KEY, v int, w varchar(9))',
      `INSERT INTO t VALUES ${values}`,
      'INSERT INTO t SELECT seq, 1, NULL FROM seq_100_to_120',
    ]);
    await pair.target.run([
      'CREATE TABLE p (id int PRIMARY KEY)',
      'INSERT INTO p VALUES (1)',
      `CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL, w varchar(1), ${constraint})`,
    ]);
    const [from, to] = [await open(pair.source.url), await open(pair.target.url)];
    const failure = await copy(from, to).catch((error) => error);
    expect(failure).toMatchObject({ code: 'HFIT_LOAD_FAILED', where: 'row 3, id = 3' });
    expect(failure.message).toMatch(reason);
    expect(await ask(pair.target.url, 'SELECT count(*) FROM t')).toEqual([['0']]);
  });

  it('make no SQL of what their first line holds', async () => {
    await pair.source.run(['CREATE TABLE t (id int PRIMARY KEY, name text)']);
    const to = await open(pair.source.url);
    const snapshot = await to.snapshot();
    const whole = wholeOf(await snapshot.introspect(), snapshot);
    await snapshot.close();
    const table = whole.tables[0] as Table;
    for (const charset of ["utf8mb4) , name = 'x' -- ", 7, ['utf8mb4']]) {
      const chunks = async function* () {
        yield Buffer.from(`${JSON.stringify({ charsets: [null, charset] })}\n1\ta\n`);
      };
      const dataset: Dataset = {
        ...whole,
        create: [],
        async *rows() {
          const bytes = { format: 'mysql-lines', chunks: chunks() };
          yield { table, columns: table.columns, batches: never, bytes };
        },
      };
      await expect(to.load(dataset)).rejects.toThrow(/HFIT_LOAD_FAILED.*character sets/);
    }
  });

  it('are not taken in part when the source is lost', async () => {
    await pair.source.run([
      'CREATE TABLE t (id int PRIMARY KEY, name text)',
      `INSERT INTO t SELECT seq, repeat('x', 1000) FROM seq_1_to_20000`,
    ]);
    const [from, to] = [await open(pair.source.url), await open(pair.target.url)];
    const snapshot = await from.snapshot();
    const { tables } = await snapshot.introspect();
    const { bytes, ...rest } = snapshot.tableRows(tables[0] as Table);
    const cut = async function* () {
      let length = 0;
      for await (const chunk of bytes!.chunks) {
        yield chunk;
        length += chunk.length;
        if (length > 5_000_000) throw new Error('cut');
      }
    };
    const whole = wholeOf({ ...(await from.introspect()), tables }, snapshot);
    const dataset: Dataset = {
      ...whole,
      async *rows() {
        yield { ...rest, bytes: { format: bytes!.format, chunks: cut() } };
      },
    };
    await expect(to.load(dataset)).rejects.toThrow(/cut/);
    await snapshot.close();
    expect((await to.introspect()).tables).toEqual([]);
    expect(await ask(pair.source.url, 'SELECT count(*) FROM t')).toEqual([['20000']]);
  });
});
