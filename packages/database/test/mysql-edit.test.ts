import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase, type Row, type Session, type Table } from '../src/index.js';
import { imageOf, imageOfRow } from '../src/mysql/image.js';
import { ask, fresh } from './mysql-server.js';
import { trying } from './trying.js';

const made = [
  `CREATE TABLE plain (
     id int AUTO_INCREMENT PRIMARY KEY, word varchar(20), ch char(4), western varchar(9) CHARACTER SET latin1,
     wide varchar(9) CHARACTER SET utf16, big bigint unsigned, exact decimal(20,5), padded int(6) zerofill,
     single float, twice double, fixed double(12,3), flags bit(12), day date, moment datetime(6),
     stamp timestamp(3) NULL, span time(2), y year, mood enum('sad','a,b'), tags set('x','y'), j json,
     bytes varbinary(9), four binary(4), long_text longtext, place point, uid uuid, ip inet6,
     touched timestamp NOT NULL DEFAULT '2001-01-01' ON UPDATE current_timestamp,
     doubled bigint AS (padded * 2) STORED)`,
  `SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'`,
  `INSERT INTO plain (id, word, ch, western, wide, big, exact, padded, single, twice, fixed, flags, day, moment, stamp,
     span, y, mood, tags, j, bytes, four, long_text, place, uid, ip) VALUES
     (1, 'a', 'ab', 'é', '漢😀', 18446744073709551615, 1.5, 7, 0.1, 1e300, 2.125, b'101', '0000-00-00',
      '2024-02-31 01:02:03.000004', '2001-02-03 04:05:06.789', '-838:59:58.99', 0, 'a,b', 'x,y', '{"a":  1}',
      X'00FF20', X'61', 'long', point(1, -2.5), '123e4567-e89b-12d3-a456-426655440000', '::1'),
     (2, 'A ', '', '', '', 0, 0, 0, 0, 0, 0, b'0', '2024-01-01', '2024-01-01', NULL, '0', 1999, 'sad', '', 'null', '', '', '',
      NULL, NULL, NULL)`,
  `INSERT INTO plain (id) VALUES (3)`,
  `CREATE TABLE worded (word varchar(20) PRIMARY KEY, n int, UNIQUE (n))`,
  `INSERT INTO worded VALUES ('Straße', 1), ('a\\\\''b', 2), ('', 3)`,
  `CREATE TABLE bag (a int, b varchar(9))`,
  `INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (1, 'x'), (1, 'X'), (1, 'x '), (1, NULL), (NULL, NULL), (NULL, NULL)`,
  `CREATE TABLE watched (id int PRIMARY KEY)`,
  `CREATE TRIGGER watch BEFORE DELETE ON watched FOR EACH ROW SET @seen = 1`,
  `CREATE TRIGGER hfit_7_bd BEFORE DELETE ON bag FOR EACH ROW IF @hfit_muted IS NULL THEN SET @seen = 1; END IF`,
  `CREATE SEQUENCE loose START WITH 5 INCREMENT BY 3 NOCACHE`,
];

describe.skipIf(!services.mariadb)('edits of MariaDB', () => {
  let server: Awaited<ReturnType<typeof fresh>>;
  let database: Database;
  let tables: Map<string, Table>;
  beforeAll(async () => {
    server = await fresh();
    await server.run(made);
    database = await openDatabase(server.url);
    tables = new Map((await database.introspect()).tables.map((table) => [table.name, table]));
  });
  afterAll(async () => {
    await database?.close();
    await server?.drop();
  });

  const named = (name: string) => tables.get(name) as Table;
  const written = (table: Table) => table.columns.filter(({ generated }) => !generated);
  const read = (session: Session, table: Table): Promise<Row[]> =>
    session.query(
      `SELECT ${written(table).map((it) => database.dialect.selected(it))} FROM ${table.name} ORDER BY 1`,
    );
  const other = (value: Row[number]) => {
    if (value === null) return '2';
    if (value instanceof Uint8Array) return Buffer.concat([value, Buffer.of(0x20)]);
    return `${value}0`;
  };

  it('hashes a row as the server does, whatever its types', () =>
    trying(database, async (session) => {
      for (const table of tables.values()) {
        const columns = written(table);
        const images = await session.query(
          `SELECT ${imageOf(columns)} FROM ${table.name} ORDER BY ${columns[0]?.name}, 1`,
        );
        const expected = (await read(session, table)).map((row) => imageOfRow(columns, row));
        expect(images.map(([it]) => it).sort()).toEqual(expected.sort());
      }
    }));

  it.each(['plain', 'worded'])('deletes rows of %s that are to the bit what is given', (name) =>
    trying(database, async (session) => {
      const table = named(name);
      const columns = written(table);
      const all = await read(session, table);
      const key = table.primaryKey?.columns as string[];
      const remove = (how: string[] | null, rows: Row[]) =>
        database.dialect.deleteRows(session, table, columns, how, rows);
      for (const [i, column] of columns.entries()) {
        const changed = all.map((row) => row.map((it, j) => (i === j ? other(it) : it)));
        for (const how of [key, null])
          expect([column.name, await remove(how, changed)]).toEqual([column.name, 0]);
      }
      expect(await read(session, table)).toEqual(all);
      expect(await remove(key, all.slice(0, 1))).toBe(1);
      expect(await remove(key, all)).toBe(2);
      expect(await read(session, table)).toEqual([]);
    }),
  );

  it('deletes whole rows, of equal ones as many as are given, in no other case', () =>
    trying(database, async (session) => {
      const bag = named('bag');
      const remove = (rows: Row[]) =>
        database.dialect.deleteRows(session, bag, written(bag), null, rows);
      expect(
        await remove([
          ['1', 'x'],
          [null, null],
          ['1', 'x'],
          ['2', null],
        ]),
      ).toBe(3);
      const left = (await read(session, bag)).map((row) => JSON.stringify(row)).sort();
      expect(left).toEqual(['["1","X"]', '["1","x "]', '["1","x"]', '["1",null]', '[null,null]']);
      expect(
        await remove([
          ['1', 'x'],
          ['1', 'x'],
          ['1', 'x'],
        ]),
      ).toBe(1);
    }));

  it('writes over rows that are to the bit what is given, and touches nothing else', () =>
    trying(database, async (session) => {
      const plain = named('plain');
      const columns = written(plain).filter(({ name }) => name !== 'touched');
      const list = columns.map((it) => database.dialect.selected(it));
      const rows = () => session.query(`SELECT ${list} FROM plain ORDER BY id`);
      const [one, two, three] = (await rows()) as [Row, Row, Row];
      const write = (before: Row, after: Row) =>
        database.dialect.updateRows(session, plain, columns, ['id'], [{ before, after }]);
      expect(await write(['1', 'A', ...one.slice(2)], three)).toBe(0);
      expect(await write(two, ['2', 'a ', ...two.slice(2)])).toBe(1);
      expect(await write(two, two)).toBe(0);
      expect(await write(three, ['3', ...one.slice(1)])).toBe(1);
      expect(await write(one, ['1', ...three.slice(1)])).toBe(1);
      expect(await rows()).toEqual([
        ['1', ...three.slice(1)],
        ['2', 'a ', ...two.slice(2)],
        ['3', ...one.slice(1)],
      ]);
      expect(await session.query('SELECT DISTINCT touched FROM plain')).toEqual([
        ['2001-01-01 00:00:00'],
      ]);
    }));

  it('gives one checksum to the same rows, in whatever order and table, and else another', async () => {
    await server.run([
      'CREATE TABLE bag2 LIKE bag',
      'INSERT INTO bag2 SELECT * FROM bag ORDER BY b DESC, a',
    ]);
    await trying(database, async (session) => {
      const sum = (table: Table) => database.dialect.checksum(session, table);
      const bag = named('bag');
      const copy = { ...bag, name: 'bag2' };
      const before = await sum(bag);
      expect(await sum(copy)).toBe(before);
      const sums = new Set([before]);
      for (const change of [
        `UPDATE bag2 SET b = 'X' WHERE BINARY b = 'x' LIMIT 1`,
        `UPDATE bag2 SET b = 'x  ' WHERE BINARY b = 'x '`,
        `UPDATE bag2 SET b = '' WHERE a IS NULL LIMIT 1`,
        `DELETE FROM bag2 WHERE a IS NULL`,
        `INSERT INTO bag2 VALUES (1, 'x')`,
        'DELETE FROM bag2',
      ]) {
        await session.run(change);
        sums.add(await sum(copy));
      }
      expect(sums.size).toBe(7);
      const plain = await sum(named('plain'));
      await session.run(`UPDATE plain SET four = X'6100' WHERE id = 1`);
      expect(await sum(named('plain'))).toBe(plain);
      await session.run(`UPDATE plain SET single = 0.1000001 WHERE id = 1`);
      expect(await sum(named('plain'))).not.toBe(plain);
    });
    await server.run(['DROP TABLE bag2']);
  });

  it('refuses to write where a trigger of a user would fire', () =>
    trying(database, async (session) => {
      const mute = (...names: string[]) => database.dialect.muteTriggers(session, names.map(named));
      expect(await mute('plain', 'bag')).toEqual([]);
      await expect(mute('plain', 'watched')).rejects.toThrow(
        /HFIT_TRIGGERS_FIRE.* watched .*trigger watch/,
      );
    }));

  it('reads counters and puts them back, forward and back', async () => {
    const session = await database.logSession();
    const { dialect } = database;
    const sequences = ['plain', 'loose'].map((name) => ({ schema: '', name, ownedBy: null }));
    const before = await dialect.readSequences(session, sequences);
    expect(before.map(({ value }) => value?.last)).toEqual(['4', '5']);
    await server.run([
      'INSERT INTO plain () VALUES (), ()',
      'DELETE FROM plain WHERE id > 3',
      'DO NEXTVAL(loose)',
    ]);
    const after = await dialect.readSequences(session, sequences);
    expect(after[1]?.value?.last).toBe('8');
    await dialect.writeSequences(session, before);
    expect(await dialect.readSequences(session, sequences)).toEqual(before);
    await dialect.writeSequences(session, after);
    expect(await dialect.readSequences(session, sequences)).toEqual(after);
    await dialect.writeSequences(session, before);
    await server.run(['INSERT INTO plain () VALUES ()']);
    expect(await ask(server.url, 'SELECT MAX(id) FROM plain')).toEqual([['4']]);
    expect(await ask(server.url, 'SELECT NEXTVAL(loose)')).toEqual([['5']]);
    await session.release(false);
  });
});
