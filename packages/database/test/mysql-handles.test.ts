import { existsSync } from 'node:fs';
import callbacks from 'mysql2';
import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase, parseFilter, type Table } from '../src/index.js';
import { contents, datasetOf } from './datasets.js';
import { ask, fresh } from './mysql-server.js';

describe.skipIf(!services.mariadb)('handles of mysql2', () => {
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

  const settings = `SELECT @@character_set_client, @@character_set_results, @@collation_connection,
    @@time_zone, @@sql_mode, @@foreign_key_checks, @@unique_checks, @@sql_select_limit,
    @@net_write_timeout, @@lock_wait_timeout, @@sql_auto_is_null, @@autocommit, DATABASE(), @hfit_p1, @@in_transaction`;
  const odd = `SET NAMES latin1, time_zone = '-05:00', sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES',
    foreign_key_checks = 0, unique_checks = 0, sql_select_limit = 1, autocommit = 0`;

  /** What a user's handle may do to values and statements. */
  const meddling: callbacks.ConnectionOptions = {
    typeCast: (_, next) => `cast ${next()}`,
    namedPlaceholders: true,
    nestTables: true,
    dateStrings: true,
    timezone: '-03:00',
  };

  it.each(['callback', 'promise'])(
    'takes a pool and a connection of the %s flavour, and leaves them open and as they were',
    async (flavour) => {
      const [pool, connection] = [
        callbacks.createPool({ uri: server.url, connectionLimit: 1 }),
        callbacks.createConnection({ uri: server.url, ...meddling }),
      ];
      ends.push(
        () => pool.promise().end(),
        () => connection.promise().end(),
      );
      const lent = await pool.promise().getConnection();
      await lent.query(odd);
      lent.release();
      await connection.promise().query(odd);
      for (const handle of [pool, connection]) {
        const was = (await handle.promise().query(settings))[0];
        const database = await open(flavour === 'callback' ? handle : handle.promise());
        expect(database.name).toBe(server.name);
        expect(database.location).toMatch(/^mysql2 (pool|connection) of hfit_test_\w+ on /);
        const both = await Promise.all([database.introspect(), database.introspect()]);
        expect(both[0].tables).toEqual(both[1].tables);
        const table = both[0].tables[0] as Table;
        const id = String(10 + ends.length);
        await database.load(datasetOf('mysql', table, [[id, `漢${id}`]]));
        await expect(
          database.load(datasetOf('mysql', table, [['99', 'x']], new Error('cut'))),
        ).rejects.toThrow('HFIT_DATABASE_QUERY');
        const snapshot = await database.snapshot();
        const filter = parseFilter(`name = '漢${id}' OR name = 'x'`);
        expect(await snapshot.list({ table, columns: table.columns, filter })).toEqual([
          [id, `漢${id}`],
        ]);
        await snapshot.close();
        await database.close();
        expect((await handle.promise().query(settings))[0]).toEqual(was);
      }
    },
  );

  it('does not commit what the owner of a connection has begun', async () => {
    const connection = await mysql.createConnection(server.url);
    ends.push(() => connection.end());
    await connection.beginTransaction();
    await connection.query(`INSERT INTO t VALUES (3, 'three')`);
    const database = await open(connection);
    await expect(database.introspect()).rejects.toThrow(/HFIT_DATABASE_BUSY.*transaction is open/);
    await connection.rollback();
    expect(await contents(database)).toEqual(before);
  });

  it('works on the database that it was opened with, and leaves the connection where it is', async () => {
    const connection = await mysql.createConnection(server.url);
    ends.push(() => connection.end());
    const database = await open(connection);
    await connection.query('USE mysql');
    expect(await contents(database)).toEqual(before);
    await database.load(datasetOf('mysql', await only(database), [['3', 'three']]));
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT DATABASE() AS it');
    expect(rows).toEqual([{ it: 'mysql' }]);
  });

  it('knows no handle of others', async () => {
    for (const handle of [{}, { config: {} }, callbacks.createPoolCluster()]) {
      await expect(openDatabase(handle)).rejects.toThrow('HFIT_DATABASE_HANDLE');
    }
    await expect(openDatabase('mysql://host:port/x')).rejects.toThrow('HFIT_DATABASE_URL');
  });

  it('reads through a socket, and tables of other databases by their name', async ({ skip }) => {
    const [[socket]] = (await ask(server.url, 'SELECT @@socket')) as [[string]];
    if (!existsSync(socket)) return skip('the server is on another machine');
    const { username, password } = new URL(server.url);
    const database = await open(`mysql://${username}:${password}@localhost/?socketPath=${socket}`);
    expect(database.name).toBe('');
    const schema = await database.introspect([server.name]);
    expect(schema.tables.map(({ schema: of, name }) => [of, name])).toEqual([[server.name, 't']]);
    const snapshot = await database.snapshot();
    expect(await snapshot.schemas()).toContain(server.name);
    expect(await snapshot.schemas()).not.toContain('mysql');
    expect(await snapshot.count(schema.tables[0] as Table)).toBe(2);
    await snapshot.close();
  });
});
