import fc from 'fast-check';
import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged, undone } from './mysql-log.js';
import { made, statement } from './mysql-log-statements.js';

describe.skipIf(!services.mariadb)('laws of the change log of MariaDB', () => {
  let log: Logged;
  afterEach(() => log?.drop());

  it('whatever two connections do, it tells what changed and puts it back', async () => {
    log = await logged(made);
    const other = await mysql.createConnection(log.server.url);
    for (const one of [other, log.user]) await one.query('SET innodb_lock_wait_timeout = 1');
    const act = fc.array(fc.tuple(fc.boolean(), statement), { minLength: 1, maxLength: 25 });
    let done = 0;
    await fc.assert(
      fc.asyncProperty(act, async (list) => {
        // From where the last run has left off, should it have failed.
        await log.checkpoint();
        await undone(log, async () => {
          for (const [mine, sql] of list) {
            const one = mine ? log.user : other;
            await one.query(sql).then(
              () => {
                done += 1;
              },
              async () => {
                // A lock that the other holds until its transaction ends.
                await (mine ? other : log.user).query('COMMIT');
              },
            );
          }
          await log.user.query('COMMIT');
          await other.query('COMMIT');
        });
      }),
      { numRuns: Number(process.env.HFIT_LOG_RUNS ?? 25) },
    );
    expect(done).toBeGreaterThan(100);
    await other.end();
  }, 120_000);

  it('loses no note of those who go on writing while it rewinds and sets checkpoints', async () => {
    log = await logged(made);
    const before = await log.state();
    let open = true;
    const write = async (seed: number) => {
      const connection = await mysql.createConnection(log.server.url);
      for (const sql of fc.sample(statement, { seed, numRuns: 5000 })) {
        if (!open) break;
        // Not in a transaction that goes on: nobody could wait for its end.
        if (!/^(START|SAVE|ROLL|COMMIT)/.test(sql)) await connection.query(sql).catch(() => {});
      }
      await connection.end();
    };
    const writing = [1, 2, 3].map(write);
    for (let round = 0; round < 25; round += 1) {
      if (round % 5 === 4) await log.checkpoint('later');
      else await log.rewind('start', 20_000);
    }
    open = false;
    await Promise.all(writing);
    await log.rewind();
    expect(await log.state()).toEqual(before);
  }, 120_000);

  it('keeps every type to the bit, and leaves generated columns to the server', async () => {
    const types: Record<string, [type: string, ...values: string[]]> = {
      tiny: ['tinyint unsigned', '255', '0'],
      large: ['bigint unsigned', '18446744073709551615', '0'],
      padded: ['int(8) unsigned zerofill', '7'],
      exact: ['decimal(65,30)', '-12345678901234567890.000000000000000000000000000001'],
      single: ['float', '0.1', '-3.4e38', '1e-38'],
      twice: ['double', '0.1', '-1.7976931348623157e308', '5e-324'],
      flag: ['bit(1)', "b'1'"],
      flags: ['bit(64)', "b'1000000000000000000000000000000000000000000000000000000000000001'"],
      day: ['date', "'0000-00-00'", "'2024-02-31'", "'9999-12-31'"],
      moment: ['datetime(6)', "'0000-00-00 00:00:00'", "'2024-01-01 23:59:59.999999'"],
      stamp: [
        'timestamp(6) NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6)',
        "'2001-01-01 00:00:01.000001'",
      ],
      span: ['time(6)', "'-838:59:59'", "'838:59:58.999999'"],
      year: ['year', '0', '2155'],
      letters: ['char(10)', "'a  '", "''"],
      western: ['varchar(10) CHARACTER SET latin1 COLLATE latin1_german2_ci', "'ß ä'"],
      wide: ['varchar(10) CHARACTER SET utf16', "'漢😀'"],
      chinese: ['varchar(10) CHARACTER SET gbk', "'縺漢'"],
      lengthy: ['longtext', "REPEAT('é', 100000)", "'a\\0b\\n'"],
      four: ['binary(4)', "X'00'", "X'61202020'"],
      some: ['varbinary(20)', "X'00FF'", "X''"],
      bytes: ['longblob', "REPEAT(X'FF00', 100000)"],
      mood: ["enum('sad','it''s','漢')", "'it''s'"],
      tags: ["set('x','y z')", "'x,y z'", "''"],
      tree: ['json', `'{"a":  [1, 1.50]}'`],
      id6: ['inet6', "'::1'"],
      uid: ['uuid', "'123e4567-e89b-12d3-a456-426655440000'"],
      place: ['geometry', 'point(1, -0.1)', "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))', 4326)"],
      squeezed: ['text COMPRESSED', "'squeezed'"],
      hidden: ['int INVISIBLE', '5'],
    };
    const names = Object.keys(types);
    const columns = Object.entries(types).map(([name, [type]]) => `${name} ${type}`);
    const generated =
      'doubled int AS (tiny * 2) STORED, shown varchar(20) AS (concat(tiny, letters)) VIRTUAL';
    log = await logged([
      `CREATE TABLE keyed (id int PRIMARY KEY, ${columns.join(', ')}, ${generated})`,
      `CREATE TABLE whole (${columns.join(', ')}, ${generated})`,
      `SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'`,
      ...[0, 1, 2].flatMap((round) => {
        const values = Object.values(types).map(([, ...list]) => list[round % list.length]);
        return [
          `INSERT INTO keyed (id, ${names.join(', ')}) VALUES (${[round, ...values].join(', ')})`,
          ...[1, 2].map(
            () => `INSERT INTO whole (${names.join(', ')}) VALUES (${values.join(', ')})`,
          ),
        ];
      }),
      'INSERT INTO keyed (id, stamp) VALUES (9, NULL)',
      'INSERT INTO whole (stamp) VALUES (NULL)',
    ]);
    const undo = (...list: string[]) => undone(log, () => log.act(...list));
    const nulls = names.map((name) => `${name} = NULL`).join(', ');
    await log.act(
      `SET sql_mode = 'NO_ZERO_DATE,NO_ZERO_IN_DATE,TRADITIONAL', time_zone = '-03:30', character_set_client = latin1`,
    );
    await undo('DELETE FROM keyed', 'DELETE FROM whole');
    await undo(`UPDATE keyed SET ${nulls}`, `UPDATE whole SET ${nulls} LIMIT 3`);
    await undo(
      'UPDATE keyed SET tiny = 3',
      'UPDATE whole SET tiny = 3 WHERE tiny = 0 LIMIT 1',
      'UPDATE keyed SET id = id + 20',
    );
    await undo(
      'REPLACE INTO keyed (id) VALUES (1), (5)',
      'DELETE FROM whole LIMIT 4',
      'INSERT INTO whole (tiny) VALUES (1)',
    );
  });
});
