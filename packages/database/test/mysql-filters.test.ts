import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { compileFilter } from '../src/filter/compile.js';
import {
  type Column,
  type Database,
  openDatabase,
  parseFilter,
  type Row,
  type Snapshot,
  type Table,
} from '../src/index.js';
import { fresh } from './mysql-server.js';

const size = 20_000;
const definition = `CREATE TABLE k (
  id bigint unsigned PRIMARY KEY, n int, label varchar(30) COLLATE utf8mb4_bin, folded varchar(30),
  western varchar(30) CHARACTER SET latin1, exact decimal(40,10), single float, twice double,
  day date, moment datetime(6), stamp timestamp(3) NULL, span time, year year, bytes varbinary(8), bits bit(40),
  mood enum('sad','happy'), odd boolean, KEY (odd), a int, b varchar(20) COLLATE utf8mb4_bin, c date,
  UNIQUE (label), KEY (folded), KEY (western), KEY (exact), KEY (single), KEY (twice), KEY (day), KEY (moment),
  KEY (stamp), KEY (span), KEY (bytes), KEY (bits), UNIQUE (a, b, c)) DEFAULT CHARSET utf8mb4`;
const rows = `INSERT INTO k SELECT 18446744073709500000 + seq, seq, concat('Ünï''\\\\"', seq), concat('Fold', seq),
  concat('é', seq), 12345678901234567890 + seq / 10, seq / 10, seq / 10, '2000-01-01' + INTERVAL seq DAY,
  '2000-01-01 00:00:00.000001' + INTERVAL seq SECOND, '2000-01-01 00:00:00.5' + INTERVAL seq SECOND,
  sec_to_time(seq * 100), 1901 + seq % 200, unhex(lpad(hex(seq), 8, '0')), seq * 1000, 1 + seq % 2, seq = 7,
  seq DIV 10, concat('b', seq % 10), '2000-01-01' FROM seq_1_to_${size}`;

describe.skipIf(!services.mariadb)('filters and keys of MariaDB', () => {
  let server: Awaited<ReturnType<typeof fresh>>;
  let database: Database;
  let snapshot: Snapshot;
  let table: Table;
  beforeAll(async () => {
    server = await fresh();
    await server.run([definition, rows, 'ANALYZE TABLE k']);
    database = await openDatabase(server.url);
    snapshot = await database.snapshot();
    table = (await snapshot.introspect()).tables[0] as Table;
  });
  afterAll(async () => {
    await snapshot?.close();
    await database?.close();
    await server?.drop();
  });

  const column = (name: string) => table.columns.find((it) => it.name === name) as Column;
  const found = async (filter: string, variables = {}) => {
    const columns = [column('n')];
    const list = await snapshot.list({ table, columns, filter: parseFilter(filter), variables });
    return list.map(([n]) => Number(n)).sort((a, b) => a - b);
  };
  /** How the server would look for the rows: `ALL` is every row in turn. */
  const plan = async (where: string, parameters: Row = []) => {
    const [row] = await snapshot.using((session) =>
      session.query(`EXPLAIN SELECT * FROM k ${where}`, parameters),
    );
    return row?.[3];
  };

  it.each([
    [`id = 18446744073709500007`, [7]],
    [`label = 'Ünï''\\"7'`, [7]],
    [`label LIKE 'Ünï''\\\\"7'`, [7]],
    [`label = 'ünï''\\"7'`, []],
    [`folded = 'FOLD7'`, [7]],
    [`western = 'é7'`, [7]],
    [`exact = 12345678901234567890.7`, [7]],
    [`exact = 1.23456789012345678907e19`, [7]],
    [`exact = 12345678901234567890.70000000000000000001`, []],
    [`exact < 12345678901234567890.15`, [1]],
    [`exact > 99999999999999999999999999999999999999`, []],
    [`single = 0.7`, [7]],
    [`twice = 0.7`, [7]],
    [`day = '2000-01-08'`, [7]],
    [`day = '2000-01-08T23:59:59Z'`, [7]],
    [`moment = '2000-01-01 00:00:07.000001'`, [7]],
    [`moment = '2000-01-01T02:30:07.000001+02:30'`, [7]],
    [`stamp = '1999-12-31T23:00:07.500-01'`, [7]],
    [`span = '00:11:40'`, [7]],
    [`span = '100:15'`, [3609]],
    [`n = '07'`, [7]],
    [`a = 0 AND b = 'b7'`, [7]],
    [`odd = TRUE`, [7]],
    [`n IN (6, 7) AND odd = false`, [6]],
    [`n IN (7, 8) AND mood = 'happy'`, [7]],
  ])('finds by an index, and exactly: %s', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
    const { sql, parameters } = compileFilter(database.dialect, table, parseFilter(filter), {});
    if (filter.startsWith('n ')) return;
    expect(['const', 'ref', 'range', null]).toContain(await plan(sql, parameters));
  });

  it.each([
    "day = '2000-13-01'",
    "moment = '2000-01-32'",
    "stamp = '2000-01-01 24:00'",
    "day > '12000-01-01'",
  ])('refuses a date that is none: %s', async (filter) => {
    await expect(found(filter)).rejects.toThrow('HFIT_FILTER_TYPE');
  });

  it('takes the text of a filter for nothing but a value', async () => {
    const fragment = fc.constantFrom(
      ...[
        "'",
        '"',
        '`',
        '\\',
        '--',
        ' -- ',
        '/*',
        '*/',
        '#',
        ';',
        '\0',
        '\n',
        ' OR 1=1 ',
        'DROP TABLE k',
        '@hfit_sql',
        '?',
        '$1',
        ':a',
        ')',
        '(',
        '%',
        '_',
        '😀',
      ],
    );
    const nasty = fc.array(fragment, { minLength: 1, maxLength: 8 }).map((it) => it.join(''));
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const variables = { text };
        expect(await found('label = ${text} OR folded = ${text} OR n = 5', variables)).toEqual([5]);
        expect(
          await found('n = 5 AND label <> ${text} AND folded NOT IN (${text}, ${text})', variables),
        ).toEqual([5]);
      }),
      { numRuns: 50 },
    );
    expect(await snapshot.count(table)).toBe(size);
  });

  const keys = [
    ['id'],
    ['label'],
    ['folded'],
    ['western'],
    ['exact'],
    ['single'],
    ['twice'],
    ['day'],
    ['moment'],
    ['stamp'],
    ['span'],
    ['bytes'],
    ['bits'],
    ['a', 'b', 'c'],
    ['a', 'b'],
  ];
  it.each(keys.map((names) => [names.join(), names]))(
    'finds a thousand keys of %s by an index',
    async (_, names) => {
      const columns = names.map(column);
      const n = [column('n')];
      const all = await snapshot.list({
        table,
        columns: [...n, ...columns],
        filter: parseFilter('n >= 501 AND n <= 1500'),
      });
      const values = all.map((row) => row.slice(1));
      for (const some of [values, values.slice(0, 20), values.slice(0, 1)]) {
        const list = await snapshot.byKeys(table, n, columns, some);
        const numbers = list.map(([it]) => Number(it)).sort((a, b) => a - b);
        expect(numbers).toEqual(all.slice(0, some.length).map(([it]) => Number(it)));
        const { sql } = database.dialect.keyedBy(columns, some, 0);
        // A list of a thousand may become a table of its own, by which the rows are then found.
        const planned = await snapshot.using((session) =>
          session.query(`EXPLAIN SELECT * FROM k WHERE ${sql}`),
        );
        const own = planned.find((row) => row[2] === 'k');
        expect(['const', 'ref', 'eq_ref', 'range']).toContain(own?.[3]);
      }
      expect(await snapshot.byKeys(table, n, columns, [])).toEqual([]);
      expect(await snapshot.byKeys(table, n, columns, [columns.map(() => null)])).toEqual([]);
    },
  );

  it('finds any text and any bytes by key', async () => {
    const other = await fresh();
    await other.run([
      'CREATE TABLE e (t varchar(20) COLLATE utf8mb4_bin, b varbinary(20), PRIMARY KEY (t, b))',
    ]);
    const target = await openDatabase(other.url);
    const made = (await target.introspect()).tables[0] as Table;
    const text = fc
      .string({ unit: 'binary', maxLength: 20 })
      .filter((it) => it.isWellFormed() && !it.endsWith(' '));
    const key = fc.tuple(
      text,
      fc.uint8Array({ maxLength: 20 }).map((it) => Buffer.from(it)),
    );
    const list = fc.sample(
      fc.uniqueArray(key, {
        minLength: 120,
        maxLength: 120,
        selector: ([a, b]) => `${a} ${b.toString('hex')}`,
      }),
      1,
    )[0]!;
    await target.load({
      dialect: 'mysql',
      schemas: [],
      create: [],
      tables: [made],
      async *rows() {
        yield {
          table: made,
          columns: made.columns,
          batches: (async function* () {
            yield list;
          })(),
        };
      },
    });
    const reading = await target.snapshot();
    for (let i = 0; i < list.length; i += 60) {
      const some = list.slice(i, i + 60);
      const got = await reading.byKeys(made, made.columns, made.columns, some);
      expect(got).toHaveLength(some.length);
      expect(got).toEqual(expect.arrayContaining(some));
    }
    await reading.close();
    await target.close();
    await other.drop();
  });
});
