import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openDatabase } from '../src/index.js';
import { type Logged, logged, undone } from './mysql-log.js';
import { ask } from './mysql-server.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, in its life', () => {
  let log: Logged;
  afterEach(() => log?.drop());
  const undo = (...list: string[]) => undone(log, () => log.act(...list));
  const { stringify } = JSON;

  const plain = [
    'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40))',
    `INSERT INTO t (name) VALUES ('a'), ('b'), ('c')`,
  ];
  /** All that the server knows of the database, but for statistics. */
  const catalogue = async () => {
    const asked = [
      `SELECT TABLE_NAME, TABLE_TYPE, AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1`,
      `SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 2`,
      `SELECT TRIGGER_NAME, ACTION_ORDER, ACTION_STATEMENT, SQL_MODE, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION
       FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    ];
    const found = [];
    for (const sql of asked) found.push(await ask(log.server.url, sql));
    return found;
  };
  const triggers = () =>
    ask(
      log.server.url,
      `SELECT TRIGGER_NAME, ACTION_STATEMENT, SQL_MODE, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION
       FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME NOT LIKE 'hfit%'
       ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    );

  it('is made once, replaced when it does not fit, and removed without a trace', async () => {
    log = await logged(plain);
    const { log: it } = log.database.dialect;
    const installed = await catalogue();
    await log.act(`INSERT INTO t (name) VALUES ('d')`);
    await log.install();
    expect((await log.seen()).t).toHaveLength(1);
    await log.rewind();
    expect(stringify(await catalogue()).replace(/"(hfit_[^"]+","[^"]+"),"\d+"/g, '$1')).toEqual(
      stringify(installed).replace(/"(hfit_[^"]+","[^"]+"),"\d+"/g, '$1'),
    );

    await log.act('ALTER TABLE t ADD COLUMN more int');
    await expect(log.rewind()).rejects.toThrow('HFIT_LOG_SCHEMA_CHANGED');
    await log.install();
    expect((await it.status(log.session))?.checkpoints).toEqual([]);
    await expect(log.rewind()).rejects.toThrow('HFIT_CHECKPOINT_UNKNOWN');
    await log.checkpoint();
    await undo('UPDATE t SET more = 5');

    await log.act('UPDATE hfit_log SET version = version + 1');
    expect(await it.status(log.session)).toMatchObject({ current: false, tables: [] });
    await expect(log.rewind()).rejects.toThrow('HFIT_LOG_ABSENT');
    await log.install();
    expect(await it.status(log.session)).toMatchObject({ current: true, tables: [{ name: 't' }] });

    await it.remove(log.session);
    expect(await it.status(log.session)).toBeNull();
    await expect(log.changes()).rejects.toThrow('HFIT_LOG_ABSENT');
    await it.remove(log.session);
    expect(stringify(await catalogue())).not.toContain('hfit_');
    const ours = `COMMENT 'made by Hot Fixture'`;
    // A log that was half made is no log, and no obstacle.
    await log.act(
      `CREATE TABLE hfit_log_0 (id int) ${ours}`,
      `CREATE TABLE hfit_checkpoints (id int) ${ours}`,
    );
    await log.install();
    await log.checkpoint();
    await undo('DELETE FROM t');
  });

  it('meets other sessions and processes, and leaves a connection of the user as it was', async () => {
    log = await logged(plain);
    const before = await log.state();
    await log.act('DELETE FROM t WHERE id = 2', `INSERT INTO t (name) VALUES ('d')`);
    const connection = await mysql.createConnection(log.server.url);
    await connection.query(
      `SET time_zone = '-05:00', sql_mode = 'ANSI_QUOTES', innodb_lock_wait_timeout = 7, foreign_key_checks = 1, autocommit = 0`,
    );
    const pool = mysql.createPool({ uri: log.server.url, connectionLimit: 1 });
    const settings = async () =>
      (
        await connection.query(
          'SELECT @@time_zone, @@sql_mode, @@innodb_lock_wait_timeout, @@foreign_key_checks, @@unique_checks, @@autocommit, @hfit_muted, @@lock_wait_timeout',
        )
      )[0];
    const saved = await settings();
    for (const handle of [connection, pool]) {
      const database = await openDatabase(handle);
      const session = await database.logSession();
      const { log: it } = database.dialect;
      expect((await it.changes(session, 'start', 1000)).tables[0]?.rows).toHaveLength(2);
      expect(await settings()).toEqual(saved);
      await connection.query('START TRANSACTION');
      await connection.query(`UPDATE t SET name = 'mine'`);
      await connection.query('ROLLBACK');
      await (handle as mysql.Pool).query('SELECT 1');
      await it.rewind(session, 'start', 1000);
      expect(await settings()).toEqual(saved);
      await session.release(false);
      await database.close();
      expect(await log.state()).toEqual(before);
      await connection.query('DELETE FROM t WHERE id = 2');
      await connection.query(`INSERT INTO t (name) VALUES ('d')`);
      await connection.query('COMMIT');
    }
    await connection.query('START TRANSACTION');
    const database = await openDatabase(connection);
    await expect(database.logSession()).rejects.toThrow('HFIT_DATABASE_BUSY');
    await connection.end();
    await pool.end();
    await log.rewind();
  });

  it('fires no trigger of a user, and gives each back as it was', async () => {
    log = await logged(
      [
        ...plain,
        'CREATE TABLE audit (what varchar(90))',
        'CREATE TABLE job (id int AUTO_INCREMENT PRIMARY KEY, what varchar(90))',
        `CREATE TRIGGER a_upper BEFORE INSERT ON t FOR EACH ROW SET NEW.name = CONCAT(UPPER(NEW.name), '漢é')`,
        `CREATE TRIGGER z_first BEFORE UPDATE ON t FOR EACH ROW SET NEW.name = CONCAT(NEW.name, '1')`,
        `CREATE TRIGGER b_second BEFORE UPDATE ON t FOR EACH ROW FOLLOWS z_first SET NEW.name = CONCAT(NEW.name, '2')`,
        `CREATE TRIGGER enqueue AFTER DELETE ON t FOR EACH ROW INSERT INTO job (what) VALUES (OLD.name)`,
        `CREATE TRIGGER keep BEFORE DELETE ON audit FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit stays'`,
        `SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', character_set_client = latin1`,
        `CREATE TRIGGER noted AFTER INSERT ON t FOR EACH ROW INSERT INTO audit VALUES ("new"."name" || 'x')`,
      ].map((it) => it.replace('"new"."name"', 'NEW."name"')),
    );
    const before = await triggers();
    expect(before).toHaveLength(6);
    expect(
      await log.database.dialect.log.obstacle(log.session, await log.database.introspect()),
    ).toBeNull();
    const found = await undone(log, () =>
      log.act(
        `INSERT INTO t (name) VALUES ('new')`,
        'DELETE FROM t WHERE id = 1',
        `UPDATE t SET name = 'z' WHERE id = 2`,
      ),
    );
    expect(Object.keys(found.t ?? {})).toContain(stringify(['4', 'NEW漢é']));
    expect(Object.keys(found.t ?? {})).toContain(stringify(['2', 'z12']));
    expect([Object.keys(found.job ?? {}), Object.keys(found.audit ?? {})]).toEqual([
      ['["1","a"]'],
      ['["NEW漢éx"]'],
    ]);
    expect(await triggers()).toEqual(before);

    // Where the call was cut off between the drop and the end, the next one makes them again.
    await log.act('DELETE FROM t WHERE id = 3');
    const [[sql]] = (await ask(
      log.server.url,
      `SELECT ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'enqueue' AND TRIGGER_SCHEMA = DATABASE()`,
    )) as [[string]];
    await log.act(
      `INSERT INTO hfit_triggers (in_schema, name, mode, statement, charset, collation_)
       SELECT TRIGGER_SCHEMA, TRIGGER_NAME, SQL_MODE, CONCAT('CREATE DEFINER=', REPLACE(QUOTE(SUBSTRING_INDEX(DEFINER, '@', 1)), '''', '\`'), '@\`%\` TRIGGER enqueue AFTER DELETE ON t FOR EACH ROW ', ${stringify(sql).replaceAll('`', '``').replaceAll('``', '`')}),
              CHARACTER_SET_CLIENT, COLLATION_CONNECTION
       FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'enqueue' AND TRIGGER_SCHEMA = DATABASE()`,
      'DROP TRIGGER enqueue',
    );
    expect(await triggers()).toHaveLength(5);
    await log.changes();
    expect(await triggers()).toEqual(before);
    await log.rewind();
  });

  it('is whole again after a rewind that was killed, triggers and counters with it', async () => {
    log = await logged([
      ...plain,
      'INSERT INTO t (name) SELECT seq FROM seq_1_to_3000',
      'CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
      `CREATE TRIGGER keep BEFORE DELETE ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'stays'`,
    ]);
    const [before, own] = [await log.state(), await triggers()];
    const { log: it } = log.database.dialect;
    for (const pause of [15, 40, 80, 160, 320]) {
      await log.act(`UPDATE t SET name = 'new'`, `INSERT INTO t (name) VALUES ('a'), ('b')`);
      const doomed = await log.database.logSession();
      const [[id]] = (await doomed.query('SELECT CONNECTION_ID()')) as [[string]];
      const rewinding = it.rewind(doomed, 'start', 2000).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, pause));
      await log.act(`KILL ${id}`).catch(() => {});
      await rewinding;
      await doomed.release(true);
      const { rows } = (await log.changes()).tables[0] ?? { rows: [] };
      expect([0, 3005]).toContain(rows.length);
      expect(await triggers()).toEqual(own);
      await log.rewind();
      expect(await log.state()).toEqual(before);
      expect(await triggers()).toEqual(own);
    }
  });

  it('puts counters back that a call which was cut off has left', async () => {
    log = await logged([
      ...plain,
      'CREATE SEQUENCE seq START WITH 10 NOCACHE',
      'CREATE TABLE drawn (id int DEFAULT NEXTVAL(seq) PRIMARY KEY)',
    ]);
    await undo(
      'INSERT INTO drawn VALUES (DEFAULT), (DEFAULT)',
      'DO NEXTVAL(seq)',
      `INSERT INTO t (name) VALUES ('x')`,
    );
    const before = await log.state();
    await log.act(
      'UPDATE hfit_checkpoints SET pending = 1',
      'ALTER TABLE t AUTO_INCREMENT = 50',
      'DO NEXTVAL(seq)',
    );
    expect(await log.changes()).toEqual({ tables: [], sequences: [] });
    expect(await log.state()).toEqual(before);
  });

  it('tells why it cannot be kept', async () => {
    log = await logged(plain);
    const name = `hfit_${log.server.name.slice(-8)}`;
    await log.database.dialect.log.remove(log.session);
    await log.act(`CREATE USER ${name}@'%' IDENTIFIED BY 'x'`);
    const url = new URL(log.server.url);
    [url.username, url.password] = [name, 'x'];
    const why = async (given: string = url.href) => {
      const database = await openDatabase(given);
      const session = await database.logSession();
      try {
        return await database.dialect.log.obstacle(session, await database.introspect());
      } finally {
        await session.release(false);
        await database.close();
      }
    };
    const grant = (rights: string) =>
      log.act(`GRANT ${rights} ON ${log.server.name}.* TO ${name}@'%'`);
    await grant('SELECT, INSERT');
    expect(await why()).toMatch(/CREATE command denied/);
    await grant('CREATE, DROP');
    expect(await why()).toMatch(/TRIGGER command denied/);
    await grant('TRIGGER, DELETE, UPDATE');
    expect(await why()).toBeNull();
    await log.act('CREATE TRIGGER mine AFTER INSERT ON t FOR EACH ROW SET @a = 1');
    expect(await why()).toMatch(/may not make trigger mine of hfit_test@% again/);
    expect(await why(log.server.url)).toBeNull();
    await log.act('DROP TRIGGER mine', 'CREATE TABLE old (id int) ENGINE=MyISAM');
    expect(await why(log.server.url)).toMatch(/table old is of the engine MyISAM/);
    await log.act('DROP TABLE old', `DROP USER ${name}@'%'`);
    expect(await catalogue().then(stringify)).not.toContain('hfit_');
  });

  it('takes any name, also those of its own columns', async () => {
    const odd = 'odd `` "name" é 漢';
    const long = 'x'.repeat(64);
    log = await logged([
      `CREATE TABLE \`${odd}\` (\`id\` int, \`mark\` int, \`c0\` varchar(9), \`OLD\` int, \`New\` int, \`key\` int, \`a\`\`b\` int, PRIMARY KEY (\`OLD\`, \`mark\`))`,
      `INSERT INTO \`${odd}\` VALUES (1, 2, 'x', 3, 4, 5, 6), (1, 3, 'y', 3, 4, 5, 6)`,
      `CREATE TABLE \`${long}\` (\`${long}\` int, up int, CONSTRAINT short FOREIGN KEY (up, \`${long}\`) REFERENCES \`${odd}\` (\`OLD\`, \`mark\`) ON DELETE CASCADE ON UPDATE CASCADE)`,
      `INSERT INTO \`${long}\` VALUES (2, 3), (2, 3), (3, 3)`,
      'CREATE TABLE hfit (hfit_muted int, t int)',
    ]);
    await undo(
      `UPDATE \`${odd}\` SET mark = 9 WHERE mark = 2`,
      `DELETE FROM \`${odd}\` WHERE mark = 3`,
      'INSERT INTO hfit VALUES (1, 2)',
    );
  });

  it('follows tables and keys into another database', async () => {
    log = await logged(['CREATE TABLE a (id int PRIMARY KEY)', 'INSERT INTO a VALUES (1), (2)']);
    const { dialect } = log.database;
    const other = `${log.server.name}_b`;
    await log.act(
      `CREATE DATABASE ${other}`,
      `CREATE TABLE ${other}.b (id int AUTO_INCREMENT PRIMARY KEY, a_id int, FOREIGN KEY (a_id) REFERENCES ${log.server.name}.a (id) ON DELETE CASCADE)`,
      `INSERT INTO ${other}.b (a_id) VALUES (1), (2)`,
    );
    const both = await log.database.introspect(['', other]);
    await dialect.log.install(log.session, both);
    await log.checkpoint();
    await log.act('DELETE FROM a WHERE id = 1', `INSERT INTO ${other}.b (a_id) VALUES (2)`);
    expect((await log.seen()).b).toEqual([
      [['1', '1'], null],
      [null, ['3', '2']],
    ]);
    await log.rewind();
    expect(await ask(log.server.url, `SELECT * FROM ${other}.b`)).toEqual([
      ['1', '1'],
      ['2', '2'],
    ]);
    await dialect.log.remove(log.session);
    expect(await ask(log.server.url, `SHOW TRIGGERS FROM ${other}`)).toEqual([]);
    await log.act(`DROP DATABASE ${other}`);
  });
});
