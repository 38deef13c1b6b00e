import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import type { Row } from '../src/index.js';
import { countsOf, readCounts } from '../src/mysql/log/calm.js';
import type { Plan } from '../src/mysql/log/plan.js';
import { type Logged, logged } from './mysql-log.js';
import { ask } from './mysql-server.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, which has found nothing to do', () => {
  let log: Logged;
  afterEach(() => log?.drop());

  const made = [
    'CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, v int UNIQUE)',
    'CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)',
    'CREATE TABLE bag (a int)',
    'CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2',
    'CREATE SEQUENCE numbers',
    "CREATE PROCEDURE emptying() EXECUTE IMMEDIATE 'TRUNCATE TABLE bag'",
    `CREATE FUNCTION written() RETURNS int MODIFIES SQL DATA
       BEGIN INSERT INTO bag VALUES (9); RETURN 1; END`,
    'INSERT INTO p VALUES (1, 1), (2, 2), (3, 3)',
    'INSERT INTO c VALUES (1, 1), (2, 2)',
    'INSERT INTO bag VALUES (1), (1)',
    'INSERT INTO parts VALUES (1), (2)',
  ];
  /** So that it knows that nothing was done, by the counts of the server. */
  const idle = async () => {
    for (let i = 0; i < 2; i += 1) await log.rewind();
  };
  const counts = async () => {
    const { url } = log.server;
    const plan = { trustsTimes: true } as Plan;
    const [status, scheduler] = await Promise.all(readCounts.map((it) => ask(url, it)));
    return countsOf(plan, status as Row[], scheduler as Row[]);
  };

  it('takes back whatever is written then', async () => {
    log = await logged(made);
    const before = await log.state();
    for (const act of [
      'INSERT INTO p (v) VALUES (7)',
      'INSERT IGNORE INTO p (v) VALUES (1)',
      'UPDATE c SET p = 2',
      'DELETE FROM p WHERE id = 1',
      'REPLACE INTO bag SELECT 5',
      'DO NEXTVAL(numbers)',
      'DO SETVAL(numbers, 5000)',
      'DO written()',
      'ALTER TABLE p AUTO_INCREMENT = 50',
    ]) {
      await idle();
      const { all } = await counts();
      await log.act(act);
      expect((await counts()).all).not.toBe(all);
      await log.rewind();
      expect(await log.state(), act).toEqual(before);
    }
  });

  it('tells whatever was done to the schema then', async () => {
    log = await logged(made);
    for (const [act, told, back] of [
      ['CALL emptying()', /table bag went without a note/, 'INSERT INTO bag VALUES (1), (1)'],
      ['ALTER TABLE parts TRUNCATE PARTITION p0', /parts/, 'INSERT INTO parts VALUES (2)'],
      ['CREATE TABLE more (id int)', /table more was made/, 'DROP TABLE more'],
      ['RENAME TABLE bag TO sack', /table bag was dropped or renamed/, 'RENAME TABLE sack TO bag'],
      ['CREATE UNIQUE INDEX i ON parts (id)', /a key, .* of table parts/, 'DROP INDEX i ON parts'],
      ['DROP SEQUENCE numbers', /sequence numbers was dropped/, 'CREATE SEQUENCE numbers'],
      ['DROP TRIGGER hfit_1_ai', /trigger hfit_1_ai of table c is gone/, 'DO 0'],
    ] as [string, RegExp, string][]) {
      await idle();
      await log.act(act);
      await expect(log.rewind(), act).rejects.toThrow(told);
      await expect(log.changes(), act).rejects.toThrow(told);
      await log.act(back);
      await log.install();
      await log.checkpoint();
    }
    await idle();
    await log.act('CREATE TRIGGER seen AFTER DELETE ON p FOR EACH ROW INSERT INTO bag VALUES (4)');
    const before = await log.state();
    await log.act('DELETE FROM p WHERE id = 2');
    await log.rewind();
    expect(await log.state()).toEqual(before);
  });

  it('waits for who has written, and sees who waits for others to write', async () => {
    log = await logged(made);
    const before = await log.state();
    await idle();
    await log.act('START TRANSACTION', 'INSERT INTO bag VALUES (2)');
    await expect(log.rewind('start', 100)).rejects.toThrow('HFIT_LOG_WRITER');
    await log.act('ROLLBACK');

    await idle();
    const other = await mysql.createConnection(log.server.url);
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM p WHERE id = 2 FOR UPDATE');
    const waiting = log.act('INSERT INTO c VALUES (7, 2)');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await idle();
    await other.query('COMMIT');
    await waiting;
    expect(Object.keys(await log.seen())).toEqual(['c']);
    await log.rewind();
    expect(await log.state()).toEqual(before);
    await other.end();
  });

  it('knows when it may take a count for the truth', () => {
    const names = readCounts[0].match(/'\w+'/g)!.map((it) => it.slice(1, -1));
    const status = (values: Record<string, string>) =>
      names.map((name) => [name, values[name] ?? (name === 'Threads_running' ? '1' : '0')]);
    const plan = { trustsTimes: true } as Plan;
    const found = (values: Record<string, string>, scheduler = 'OFF') =>
      countsOf(plan, status(values), [[scheduler]]);
    expect(found({})).toMatchObject({ isStill: true });
    for (const busy of [{ Threads_running: '2' }, { Slaves_running: '1' }])
      expect(found(busy)).toMatchObject({ isStill: false });
    expect(found({}, 'ON')).toMatchObject({ isStill: false });
    expect(countsOf({ trustsTimes: false } as Plan, status({}), [['OFF']]).isStill).toBe(false);
    expect(countsOf(plan, status({}).slice(1), [['OFF']]).isStill).toBe(false);
    for (const name of names.filter((it) => it !== 'Threads_running'))
      expect(found({ [name]: '5' }).all).not.toBe(found({}).all);
  });
});
