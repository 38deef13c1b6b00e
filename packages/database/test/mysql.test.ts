import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mariadbCommand, services } from '../../../test/services/index.js';
import {
  type Database,
  type Dataset,
  openDatabase,
  qualified,
  type Row,
  script,
  type Table,
} from '../src/index.js';
import { databaseContract } from './contract.js';
import { contents, datasetOf, wholeOf } from './datasets.js';
import { feed } from './feed.js';
import { ask, fresh, withConnection } from './mysql-server.js';

databaseContract({
  name: 'MariaDB',
  missing: services.mariadb ? '' : 'no server',
  fresh,
  cycle: [
    'CREATE TABLE chicken (id int PRIMARY KEY, egg_id int NOT NULL)',
    'CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL REFERENCES chicken (id))',
    'INSERT INTO chicken VALUES (1, 2), (2, 1)',
    'INSERT INTO egg VALUES (1, 1), (2, 2)',
    'ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg (id)',
  ],
  unreachable: 'mysql://nobody:pa55word@127.0.0.1:1/hfit_test',
});

describe.skipIf(!services.mariadb)('MariaDB', () => {
  let server: Awaited<ReturnType<typeof fresh>>;
  const ends: (() => unknown)[] = [];
  beforeEach(async () => {
    server = await fresh();
    ends.push(() => server.drop());
    await server.run(two);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const two = [
    'CREATE TABLE t (id int PRIMARY KEY, name varchar(50) UNIQUE)',
    `INSERT INTO t VALUES (1, 'one'), (2, 'two')`,
  ];
  const before = {
    t: [
      ['1', 'one'],
      ['2', 'two'],
    ],
  };
  const open = async (target: string | object = server.url) => {
    const database = await openDatabase(target);
    ends.push(() => database.close());
    return database;
  };
  const only = async (database: Database) => (await database.introspect()).tables[0] as Table;
  const manyRows = (bytes: number) => [
    `CREATE TABLE big (id int PRIMARY KEY, name text)`,
    `INSERT INTO big SELECT seq, repeat('x', 1000) FROM seq_1_to_${Math.ceil(bytes / 1000)}`,
  ];
  /** Ends every other connection to the database, as an administrator would. */
  const kill = () =>
    withConnection(server.url, async (connection) => {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(
        'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> connection_id()',
      );
      for (const { id } of rows) await connection.query(`KILL ${id}`);
    });
  /** A dataset whose batches come as a generator gives them. */
  const loading = (table: Table, batches: () => AsyncIterable<Row[]>): Dataset => ({
    ...datasetOf('mysql', table, []),
    async *rows() {
      yield { table, columns: table.columns, batches: batches() };
    },
  });

  it('tells that rows are still being read, where it would wait for ever', async () => {
    await server.run(manyRows(3_000_000));
    const database = await open();
    const snapshot = await database.snapshot();
    const table = (await snapshot.introspect()).tables.find(({ name }) => name === 'big') as Table;
    for await (const _ of snapshot.rows({ table, columns: table.columns })) {
      await expect(snapshot.count(table)).rejects.toThrow('HFIT_DATABASE_BUSY');
      break;
    }
    expect(await Promise.all([snapshot.count(table), snapshot.count(table)])).toEqual([3000, 3000]);
    await snapshot.close();
  });

  it.each(['pool', 'connection'])(
    'ends a long read of a %s that is stopped early',
    async (what) => {
      await server.run(manyRows(30_000_000));
      const connection = await mysql.createConnection(server.url);
      ends.push(() => connection.end());
      const database = await open(what === 'pool' ? server.url : connection);
      const table = await only(database);
      const snapshot = await database.snapshot();
      let batches = 0;
      for await (const batch of snapshot.rows({ table, columns: table.columns })) {
        expect(batch).toHaveLength(1000);
        batches += 1;
        if (batches === 2) break;
      }
      // The connection of a pool is not worth the rest of the rows; the user's own has to be kept.
      if (what === 'pool')
        await expect(snapshot.count(table)).rejects.toThrow('HFIT_DATABASE_LOST');
      else expect(await snapshot.count(table)).toBe(30_000);
      await snapshot.close();
      const abandoned = await database.snapshot();
      await abandoned.rows({ table, columns: table.columns }).next();
      await abandoned.close();
      expect((await contents(database)).t).toEqual(before.t);
      await connection.query('SELECT 1');
    },
  );

  it('tells that the connection was lost: between, in and before reads, and in a load', async () => {
    await server.run(manyRows(30_000_000));
    const database = await open();
    const { tables } = await database.introspect();
    const [big, t] = tables as [Table, Table];
    const snapshot = await database.snapshot();
    await kill();
    await expect(snapshot.introspect()).rejects.toThrow('HFIT_DATABASE_LOST');
    await snapshot.close();

    const reading = await database.snapshot();
    let rows = 0;
    const told = await (async () => {
      for await (const batch of reading.rows({ table: big, columns: big.columns })) {
        if (rows === 0) await kill();
        rows += batch.length;
      }
    })().catch((error) => error);
    // On a busy machine the server may have sent all before it is killed; never is a part the whole.
    if (rows !== 30_000) expect(told).toMatchObject({ code: 'HFIT_DATABASE_LOST' });
    await reading.close();

    const killed = loading(t, async function* () {
      yield [['7', 'seven']];
      await kill();
      yield [['8', 'eight']];
    });
    await expect(database.load(killed)).rejects.toThrow('HFIT_DATABASE_LOST');
    expect((await contents(database)).t).toEqual(before.t);

    const made = {
      ...t,
      name: 'made',
      definition: { ...t.definition, create: t.definition.create.replace('`t`', '`made`') },
    };
    await expect(
      database.load({ ...killed, tables: [made, t], create: [{ table: made, mode: 'absent' }] }),
    ).rejects.toThrow('HFIT_DATABASE_LOST');
    expect((await database.introspect()).tables.map(({ name }) => name)).toEqual(['big', 't']);
  });

  it('brings replaced rows back when a load fails, and drops no rows of another definition', async () => {
    const database = await open();
    const table = await only(database);
    const replacing = (error?: Error): Dataset => ({
      ...datasetOf('mysql', table, [['1', 'uno']], error),
      create: [{ table, mode: 'replace' }],
    });
    await expect(database.load(replacing(new Error('cut')))).rejects.toThrow();
    expect(await contents(database)).toEqual(before);
    await database.load(replacing());
    expect(await contents(database)).toEqual({ t: [['1', 'uno']] });
    await server.run(['ALTER TABLE t ADD COLUMN more int']);
    await expect(database.load(replacing())).rejects.toThrow('HFIT_LOAD_REPLACE');
    expect(await contents(database)).toEqual({ t: [['1', 'uno', null]] });
    await server.run(['DELETE FROM t']);
    const altered = await database.introspect();
    await expect(database.load(replacing(new Error('cut')))).rejects.toThrow();
    expect(await database.introspect()).toEqual(altered);
    await database.load(replacing());
    expect(await database.introspect()).toMatchObject({ tables: [table] });
    expect(await contents(database)).toEqual({ t: [['1', 'uno']] });
  });

  it('replaces no target of a table that stays, and writes to no other database', async () => {
    await server.run([
      'CREATE TABLE z (id int PRIMARY KEY, t_id int, FOREIGN KEY (t_id) REFERENCES t (id))',
      'INSERT INTO z VALUES (1, 1)',
    ]);
    const database = await open();
    const table = (await database.introspect()).tables.find(({ name }) => name === 't') as Table;
    const before = await contents(database);
    const without: Dataset = {
      ...datasetOf('mysql', table, [['9', 'nine']]),
      create: [{ table, mode: 'replace' }],
    };
    await expect(database.load(without)).rejects.toThrow('HFIT_LOAD_ORPHAN');
    expect(await contents(database)).toEqual(before);
    const elsewhere = { ...without, schemas: ['production'] };
    await expect(database.load(elsewhere)).rejects.toThrow('HFIT_NOT_A_TEST_DATABASE');
  });

  it('loads a row that fills a packet, and tells which one is over it', async ({ skip }) => {
    const [[limit]] = (await ask(server.url, 'SELECT @@max_allowed_packet')) as [[string]];
    if (Number(limit) > 70_000_000) return skip('the packets of this server are too large');
    await server.run(['CREATE TABLE b (id int PRIMARY KEY, bytes longblob)']);
    const database = await open();
    const [table] = (await database.introspect()).tables as [Table];
    const bytes = (size: number) => Buffer.alloc(size, 0xa7);
    const loaded = [
      ['1', bytes(Number(limit) - 2000)],
      ['2', bytes(3_000_000)],
      ['3', null],
    ];
    await database.load(datasetOf('mysql', table, loaded as Row[]));
    expect(await ask(server.url, 'SELECT id, md5(bytes) FROM b')).toEqual(
      await ask(
        server.url,
        `SELECT 1, md5(repeat(X'A7', ${Number(limit) - 2000})) UNION SELECT 2, md5(repeat(X'A7', 3000000)) UNION SELECT 3, NULL`,
      ),
    );
    await expect(
      database.load(datasetOf('mysql', table, [['4', bytes(Number(limit))]])),
    ).rejects.toThrow(/HFIT_LOAD_FAILED.* max_allowed_packet/);
  });

  it('names no value of a row in an error', async () => {
    const secret = `geheim' for key 'geheim" ) geheim`;
    await server.run([
      `CREATE TABLE bad (id int PRIMARY KEY, n int, name varchar(60) UNIQUE, d date, c varchar(9), e enum('a'),
         j json, g point, p int CHECK (p < 5), parent int, FOREIGN KEY (parent) REFERENCES t (id))`,
    ]);
    const database = await open();
    const table = await only(database);
    const bad = async (column: string, value: string, list = [value]) => {
      const columns = table.columns.filter(({ name }) => name === 'id' || name === column);
      const dataset: Dataset = {
        ...datasetOf('mysql', table, []),
        async *rows() {
          yield {
            table,
            columns,
            batches: (async function* () {
              yield list.map((it, i) => [String(i + 1), it]);
            })(),
          };
        },
      };
      const error = await database.load(dataset).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOAD_FAILED' });
      expect(error.cause.sql).toBeUndefined();
      expect(error.message).not.toMatch(/geheim|4711/);
      return error.message as string;
    };
    expect(await bad('name', secret, [secret, secret])).toMatch(/Duplicate entry for key 'name'/);
    expect(await bad('n', secret)).toMatch(/Incorrect integer value for column .*`n`/);
    expect(await bad('d', secret)).toMatch(/Incorrect date value for column .*`d`/);
    expect(await bad('c', secret)).toMatch(/Data too long for column 'c'/);
    expect(await bad('e', secret)).toMatch(/Data truncated for column 'e'/);
    expect(await bad('j', secret)).toMatch(/bad\.j/);
    expect(await bad('p', '4711')).toMatch(/CONSTRAINT `bad.p` failed/);
    expect(await bad('parent', '4711')).toMatch(/CONSTRAINT `bad_ibfk_1` FOREIGN KEY/);
    await bad('g', secret);
  });

  it('writes a script that a client of any character set reads the same', async ({ skip }) => {
    if (!services.mariadbClient) return skip('no client program');
    const names = ['ソ', "縺' \\! exit 1", "\u0081'x", "表\\'", '亜`'];
    const database = await open();
    const table = await only(database);
    await database.load(
      datasetOf(
        'mysql',
        table,
        names.map((name, i) => [String(i + 3), name]),
      ),
    );
    const expected = await contents(database);
    const snapshot = await database.snapshot();
    let text = '';
    const whole = wholeOf(await snapshot.introspect(), snapshot, 'replace');
    for await (const piece of script(database.dialect, whole)) text += piece;
    await snapshot.close();
    for (const charset of ['gbk', 'sjis', 'latin1']) {
      await server.run(['DROP TABLE t']);
      const [program, ...options] = mariadbCommand(server.url);
      const set = `--default-character-set=${charset}`;
      await feed([program, ...options.map((it) => it.replace(/^--default-char.*/, set))], text);
      expect(await contents(database)).toEqual(expected);
    }
  });

  it('copies two databases at once, with the key that points across', async () => {
    const [other, elsewhere] = [await fresh(), await fresh()];
    ends.push(
      () => other.drop(),
      () => elsewhere.drop(),
    );
    await other.run([
      `CREATE TABLE o (id int PRIMARY KEY, o_id int, FOREIGN KEY (o_id) REFERENCES o (id))`,
      'INSERT INTO o VALUES (1, 2), (2, 1)',
    ]);
    await server.run([
      `CREATE TABLE c (id int PRIMARY KEY, o_id int, FOREIGN KEY (o_id) REFERENCES ${other.name}.o (id))`,
      'INSERT INTO c VALUES (1, 2)',
    ]);
    const database = await open();
    const both = ['', other.name];
    const schema = await database.introspect(both);
    const target = { schema: other.name, name: 'o' };
    expect(schema.tables.map((table) => [qualified(table), table.foreignKeys[0]?.target])).toEqual([
      ['c', target],
      ['t', undefined],
      [`${other.name}.o`, target],
    ]);
    const snapshot = await database.snapshot();
    const rows = new Map<Table, Row[]>();
    for (const table of schema.tables) {
      rows.set(table, await snapshot.list({ table, columns: table.columns }));
    }
    await snapshot.close();
    await server.run(['DROP TABLE c']);
    await other.drop();

    const copy = await open(elsewhere.url);
    const report = await copy.load({
      ...wholeOf(schema, snapshot),
      schemas: [other.name],
      async *rows() {
        for (const [table, list] of rows) {
          const batches = (async function* () {
            yield list;
          })();
          yield { table, columns: table.columns, batches };
        }
      },
    });
    expect(report.rows).toBe(5);
    expect((await copy.introspect(both)).tables).toEqual(schema.tables);
    await elsewhere.run(['DROP TABLE c']);
  });
});
