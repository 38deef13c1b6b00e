import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged, undone } from './mysql-log.js';
import { ask } from './mysql-server.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, in its traps', () => {
  let log: Logged;
  afterEach(() => log?.drop());
  const undo = (...list: string[]) => undone(log, () => log.act(...list));

  const plain = [
    'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40) UNIQUE, n int)',
    `INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4)`,
    'CREATE TABLE bag (a int, b varchar(9))',
    `INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (2, NULL)`,
    'CREATE TABLE empty (id int AUTO_INCREMENT PRIMARY KEY, n int)',
  ];

  it('behind a trigger of a user that moves a key, again and again', async () => {
    log = await logged([
      'CREATE TABLE p (id int PRIMARY KEY, k varchar(50) NOT NULL UNIQUE)',
      'CREATE TABLE c (k varchar(50) PRIMARY KEY, note int, FOREIGN KEY (k) REFERENCES p (k) ON UPDATE CASCADE)',
      `CREATE TRIGGER tr BEFORE UPDATE ON p FOR EACH ROW SET NEW.k = concat('x-', NEW.k)`,
      `INSERT INTO p VALUES (1, 'one'), (2, 'two')`,
      `INSERT INTO c VALUES ('one', 1)`,
    ]);
    for (const name of ['a', 'b', 'c']) await undo(`UPDATE p SET k = '${name}' WHERE id = 1`);
  });

  it('whatever the statement is', async () => {
    log = await logged([
      ...plain,
      'CREATE TABLE pair (a varchar(9), b int, v int, PRIMARY KEY (a, b))',
      `CREATE TABLE strict (id int PRIMARY KEY, n int NOT NULL, e enum('a') NOT NULL, d datetime NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp, t text NOT NULL)`,
      `INSERT INTO pair VALUES ('x', 1, 1), ('y', 1, 2), ('x', 2, 3)`,
      `CREATE PROCEDURE work() BEGIN
         START TRANSACTION; INSERT INTO t (name) VALUES ('p'); COMMIT;
         START TRANSACTION; DELETE FROM t; ROLLBACK;
         UPDATE t SET n = n * 2; END`,
    ]);
    await undo(`REPLACE INTO t VALUES (9, 'a', 9), (2, 'c', 8)`);
    await undo(
      `INSERT INTO t (name, n) VALUES ('a', 5), ('z', 6) ON DUPLICATE KEY UPDATE n = 7, id = id + 50`,
    );
    await undo(`INSERT IGNORE INTO t (name) VALUES ('a'), ('new'), ('b')`);
    await undo('UPDATE IGNORE t SET id = 2 WHERE id = 1', 'UPDATE IGNORE t SET id = id + 1');
    await undo(`UPDATE IGNORE t SET name = 'a' WHERE id > 2`, `UPDATE t SET name = UPPER(name)`);
    await undo('UPDATE t JOIN bag ON t.id = bag.a SET t.n = 0, bag.b = t.name');
    await undo('DELETE t, bag FROM t JOIN bag ON t.id = bag.a');
    await undo(
      `SET sql_mode = 'TRADITIONAL'`,
      `INSERT INTO strict (id, n, e, t) VALUES (1, 1, 'a', ''), (2, 2, 'a', '')`,
    );
    await undo('CALL work()');
    await undo(
      'START TRANSACTION',
      `INSERT INTO t (name) VALUES ('gone')`,
      'SAVEPOINT s',
      'DELETE FROM t',
      'ROLLBACK TO s',
      'COMMIT',
    );
    await undo('START TRANSACTION', `INSERT INTO t (name) VALUES ('gone'), ('too')`, 'ROLLBACK');
    await undo(
      `UPDATE t SET name = CASE id WHEN 1 THEN NULL ELSE name END`,
      `UPDATE t SET name = 'a' WHERE id = 2`,
      `UPDATE t SET name = 'b' WHERE id = 1`,
    );
    await undo(
      'UPDATE t SET id = 100 WHERE id = 1',
      'UPDATE t SET id = 1 WHERE id = 2',
      'UPDATE t SET id = 2 WHERE id = 100',
    );
    await undo(
      `UPDATE pair SET a = 'X' WHERE b = 1 AND a = 'x'`,
      `UPDATE pair SET a = 'z', b = 9, v = 0 WHERE b = 2`,
    );
    await undo('DELETE FROM t', `INSERT INTO t (name) VALUES ('only')`, 'DELETE FROM bag');
    await undo(`INSERT INTO bag SELECT a, b FROM bag`, `DELETE FROM bag WHERE a = 2 LIMIT 1`);
    await undo('INSERT INTO empty (n) SELECT seq FROM seq_1_to_500');
    await undo(
      `UPDATE bag SET b = 'X' WHERE a = 1 LIMIT 1`,
      `UPDATE bag SET b = 'x ' WHERE a = 1 LIMIT 1`,
    );
    await undo(
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      'UPDATE t SET n = NULL',
      'DELETE FROM t WHERE id = 1',
    );
    await undo(
      `SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'`,
      `INSERT INTO t (id, name) VALUES (0, 'zero\\')`,
      `SET sql_mode = ''`,
    );
  });

  it('in tables without a key of their own, of what IGNORE leaves alone', async () => {
    log = await logged([
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE u (a int UNIQUE, b int, s varchar(9), UNIQUE (s(3)))',
      'CREATE TABLE c (p int, v int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE)',
      'CREATE TABLE r (p int, FOREIGN KEY (p) REFERENCES p (id))',
      'INSERT INTO p VALUES (1), (2), (3)',
      `INSERT INTO u VALUES (1, 1, 'abcd'), (2, 5, NULL), (NULL, 5, 'xyz'), (NULL, 5, NULL)`,
      'INSERT INTO c VALUES (1, 1), (1, 1), (2, 1), (NULL, 1)',
      'INSERT INTO r VALUES (1), (1)',
    ]);
    await undo(
      'UPDATE IGNORE u SET a = 2 WHERE b = 1',
      'UPDATE IGNORE u SET a = 2 WHERE a IS NULL',
    );
    await undo(
      `UPDATE IGNORE u SET s = 'XYZ9', b = 7 WHERE b = 1`,
      `UPDATE IGNORE u SET s = 'abcz'`,
    );
    await undo('UPDATE IGNORE c SET p = 99', 'UPDATE IGNORE c SET p = p + 1, v = 2');
    await undo(
      'INSERT IGNORE INTO c VALUES (99, 1), (2, 2)',
      'INSERT IGNORE INTO u VALUES (1, 9, NULL)',
    );
    await undo("REPLACE INTO u VALUES (1, 2, NULL), (2, 9, 'xyz')");
    await undo(
      'INSERT IGNORE INTO u VALUES (1, 7, NULL), (8, 8, NULL) ON DUPLICATE KEY UPDATE a = 2, b = 3',
    );
    await undo('DELETE IGNORE FROM p');
    await undo('UPDATE IGNORE p SET id = 2 WHERE id = 1', 'UPDATE IGNORE p SET id = id + 10');
    await undo('UPDATE IGNORE u JOIN c ON u.b = c.v SET u.a = 2, c.v = 8, c.p = 50');
    await undo(
      'DELETE u, c FROM u JOIN c ON u.b = c.v',
      'DELETE IGNORE p, c FROM p JOIN c ON p.id = c.p',
    );
  });

  it('whatever was drawn from the cache of a sequence', async () => {
    log = await logged([
      'CREATE SEQUENCE some START WITH 5 INCREMENT BY 3 CACHE 10',
      'CREATE SEQUENCE round MINVALUE 1 MAXVALUE 4 CYCLE CACHE 2',
      'CREATE SEQUENCE spent MAXVALUE 2',
      'CREATE SEQUENCE down INCREMENT BY -2 CACHE 7',
      'CREATE TABLE drawn (id int AUTO_INCREMENT PRIMARY KEY, n int DEFAULT NEXTVAL(some))',
      'INSERT INTO drawn VALUES (), ()',
      'DO NEXTVAL(spent), NEXTVAL(spent), NEXTVAL(round)',
    ]);
    await log.checkpoint();
    const draw = async () => {
      await log.act('INSERT INTO drawn VALUES (), ()');
      return ask(
        log.server.url,
        'SELECT MAX(id), MAX(n), NEXTVAL(round), NEXTVAL(down) FROM drawn',
      );
    };
    for (const more of ['DO 0', 'DO NEXTVAL(some), NEXTVAL(round)', 'DELETE FROM drawn']) {
      expect(await draw()).toEqual([['4', '14', '2', '-1']]);
      await log.act(more);
      await log.rewind();
    }
  });

  it('leaves the numbers of the last insert and of the rows to the one who asked', async () => {
    log = await logged(plain);
    const [made] = await log.user.query<mysql.ResultSetHeader>(
      `INSERT INTO t (name) VALUES ('e'), ('f')`,
    );
    expect(made).toMatchObject({ affectedRows: 2, insertId: 5 });
    expect(
      (await log.user.query<mysql.RowDataPacket[]>('SELECT LAST_INSERT_ID() AS id'))[0][0],
    ).toEqual({ id: 5 });
    const [changed] = await log.user.query<mysql.ResultSetHeader>(
      'UPDATE t SET n = 9 WHERE id < 4',
    );
    expect(changed).toMatchObject({ affectedRows: 3, changedRows: 3 });
  });

  it('keeps checkpoints within one another, and knows which are gone', async () => {
    log = await logged(plain);
    const states = [await log.state()];
    for (const name of ['one', 'two', 'it\'s "odd" \\ é']) {
      await log.act(
        `INSERT INTO t (name) VALUES (${states.length})`,
        `UPDATE t SET n = n + 1`,
        `DELETE FROM bag LIMIT 1`,
      );
      await log.checkpoint(name);
      states.push(await log.state());
    }
    await log.act('DELETE FROM t');
    await log.rewind('it\'s "odd" \\ é');
    expect(await log.state()).toEqual(states[3]);
    await log.act('UPDATE t SET n = 0');
    await log.rewind('one');
    expect(await log.state()).toEqual(states[1]);
    await expect(log.rewind('two')).rejects.toThrow(
      /HFIT_CHECKPOINT_UNKNOWN.*"two".*\n.*start, one/,
    );
    await log.rewind('start');
    expect(await log.state()).toEqual(states[0]);
    await log.act(`DELETE FROM t WHERE id = 1`);
    await log.checkpoint('start');
    expect(await log.changes()).toEqual({ tables: [], sequences: [] });
    const moved = await log.state();
    await log.act(`DELETE FROM t`);
    await log.rewind('start');
    expect(await log.state()).toEqual(moved);
    const status = await log.database.dialect.log.status(log.session);
    expect(status).toMatchObject({ current: true, checkpoints: [{ name: 'start' }] });
    expect(status?.checkpoints[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
    expect(await ask(log.server.url, 'SELECT COUNT(*) FROM hfit_log_2')).toEqual([['0']]);
  });

  it('notices TRUNCATE, whatever was noted before and after it, and recovers by a new checkpoint', async () => {
    log = await logged([
      ...plain,
      'CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)',
      'INSERT INTO parts VALUES (1, 1), (2, 2), (11, 11), (12, 12)',
    ]);
    await undo(
      'DELETE FROM parts WHERE id IN (1, 12)',
      'UPDATE parts SET id = 20 WHERE id = 2',
      'INSERT INTO parts VALUES (1, 7)',
    );
    for (const [table, ...list] of [
      ['t', 'TRUNCATE t'],
      ['t', 'UPDATE t SET n = 9 WHERE id = 1', 'TRUNCATE t'],
      [
        't',
        'DELETE FROM t WHERE id < 3',
        'TRUNCATE t',
        `INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4)`,
      ],
      [
        't',
        'TRUNCATE t',
        `INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5)`,
      ],
      ['bag', 'TRUNCATE bag'],
      [
        'bag',
        `INSERT INTO bag VALUES (7, 'y')`,
        'TRUNCATE bag',
        `INSERT INTO bag VALUES (1, 'x'), (1, 'x')`,
      ],
      ['parts', 'ALTER TABLE parts TRUNCATE PARTITION low'],
    ] as [string, ...string[]][]) {
      await log.act(...list);
      const told = new RegExp(`HFIT_LOG_BYPASSED.* table ${table} `);
      const now = await log.state();
      await expect(log.changes()).rejects.toThrow(told);
      await expect(log.rewind()).rejects.toThrow(told);
      expect(await log.state()).toEqual(now);
      await log.checkpoint('later');
      await log.act(
        `INSERT INTO ${table} VALUES (${table === 't' ? `77, 'x', 1` : table === 'bag' ? `7, 'z'` : '77, 1'})`,
      );
      await log.rewind('later');
      expect(await log.state()).toEqual(now);
      await expect(log.rewind()).rejects.toThrow(told);
      await log.act(
        'DELETE FROM t',
        'DELETE FROM bag',
        'DELETE FROM parts',
        ...plain.filter((it) => it.startsWith('INSERT')),
        'INSERT INTO parts VALUES (1, 1), (2, 2), (11, 11), (12, 12)',
      );
      await log.checkpoint();
    }
    await undo(
      'INSERT INTO empty (n) VALUES (1), (2)',
      'TRUNCATE empty',
      'INSERT INTO empty (n) VALUES (3)',
    );
    await undo('DELETE FROM t', 'TRUNCATE t');
  });

  it('waits for a writer, and names the one that does not end', async () => {
    log = await logged(plain);
    const before = await log.state();
    const other = await mysql.createConnection(log.server.url);
    await other.query('START TRANSACTION');
    await other.query('UPDATE t SET n = 77 WHERE id = 3');
    await log.act('DELETE FROM t WHERE id = 1');
    const told = new RegExp(
      `HFIT_LOG_WRITER.* connection ${other.threadId} of user hfit_test, .*idle`,
    );
    for (const call of [
      () => log.rewind('start', 150),
      () => log.database.dialect.log.checkpoint(log.session, 'b', 0),
    ])
      await expect(call()).rejects.toThrow(told);
    const waiting = log.rewind('start', 20_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.query('COMMIT');
    await waiting;
    expect(await log.state()).toEqual(before);
    // Who only reads, and who has rolled back, is nobody to wait for.
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM t');
    await log.act('DELETE FROM t WHERE id = 1');
    await log.rewind();
    await other.query('ROLLBACK');
    await other.end();
    expect(await log.state()).toEqual(before);
  });

  it('sees a writer of few rights, and several at once', async () => {
    log = await logged(plain);
    const name = `hfit_${log.server.name.slice(-8)}`;
    await log.act(
      `CREATE USER ${name}@'%' IDENTIFIED BY 'x'`,
      `GRANT INSERT, UPDATE, DELETE, SELECT ON ${log.server.name}.t TO ${name}@'%'`,
    );
    const url = new URL(log.server.url);
    [url.username, url.password] = [name, 'x'];
    const others = await Promise.all([1, 2, 3].map(() => mysql.createConnection(url.href)));
    await undone(log, async () => {
      await Promise.all(
        others.map(async (one, i) => {
          for (let k = 0; k < 20; k += 1)
            await one.query(`INSERT INTO t (name, n) VALUES ('${i}-${k}', 1)`);
          await one.query(`UPDATE t SET n = n + 1 WHERE name = '${i}-3' OR id = ${i + 1}`);
        }),
      );
    });
    for (const one of others) await one.end();
    await log.act(`DROP USER ${name}@'%'`);
  });
});
