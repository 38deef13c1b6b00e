import fc from 'fast-check';
import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged, undone } from './mysql-log.js';

/** Columns of a key, of a loop, of none; values of types whose equality is not that of bytes. */
const made = [
  `CREATE TABLE person (id int AUTO_INCREMENT PRIMARY KEY, name varchar(9) UNIQUE, boss int, v int,
     FOREIGN KEY (boss) REFERENCES person (id) ON DELETE SET NULL)`,
  `CREATE TABLE team (a varchar(4), b int, lead_id int, PRIMARY KEY (a, b),
     FOREIGN KEY (lead_id) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
  `CREATE TABLE member (a varchar(4), b int, v int, FOREIGN KEY (a, b) REFERENCES team (a, b) ON DELETE CASCADE ON UPDATE CASCADE)`,
  `CREATE TABLE node (id int PRIMARY KEY, up int, v int, FOREIGN KEY (up) REFERENCES node (id) ON DELETE CASCADE)`,
  'CREATE TABLE bag (v int, f float, t varchar(9), x varbinary(4))',
  `CREATE TABLE card (no int UNIQUE, t varchar(9), v int, person int, UNIQUE (t(1)),
     FOREIGN KEY (person) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
  'CREATE TABLE hold (v int, person int, FOREIGN KEY (person) REFERENCES person (id))',
  `INSERT INTO person VALUES (1, 'a', NULL, 1), (2, 'b', 1, 2), (3, 'c', 1, NULL), (4, NULL, 3, 4)`,
  `INSERT INTO team VALUES ('x', 1, 1), ('x', 2, 2), ('Y', 1, 2), ('z', 1, NULL)`,
  `INSERT INTO member VALUES ('x', 1, 1), ('x', 1, 1), ('x', 2, NULL), ('Y', 1, 3), (NULL, 1, 4)`,
  'INSERT INTO node VALUES (1, NULL, 0), (2, 1, 0), (3, 1, 0), (4, 2, 0), (5, 4, 0), (6, NULL, 0)',
  `INSERT INTO card VALUES (1, 'a', 1, 1), (2, 'b', 1, 1), (NULL, NULL, 1, 2), (NULL, NULL, 1, 2)`,
  'INSERT INTO hold VALUES (1, 3), (1, 3), (NULL, NULL)',
  `INSERT INTO bag VALUES (1, 0.1, 'a', X'61'), (1, 0.1, 'a', X'61'), (1, 0.1, 'A', X'6120'), (NULL, NULL, NULL, NULL)`,
];

const n = fc.integer({ min: 0, max: 7 });
const letter = fc.constantFrom("'a'", "'A'", "'x'", "'X '", "'y'", "''", "'é'");
const value = fc.oneof(n.map(String), fc.constant('NULL'));
const whole = fc.constantFrom('v', 'v + 1', 'NULL', '3');
const where = fc.oneof(
  n.map((it) => `v = ${it}`),
  n.map((it) => `v > ${it}`),
  fc.constant('v IS NULL'),
  fc.constant('TRUE'),
);
const maybe = (list: string[]) => fc.constantFrom('', ...list);

/** One statement that a test might send; some of them are refused, which is part of it. */
const statement = fc.oneof(
  fc
    .tuple(maybe(['IGNORE ']), letter, value, value)
    .map(
      ([ignore, name, boss, v]) =>
        `INSERT ${ignore}INTO person (name, boss, v) VALUES (${name}, ${boss}, ${v})`,
    ),
  fc
    .tuple(n, letter, value)
    .map(([id, name, v]) => `REPLACE INTO person (id, name, v) VALUES (${id}, ${name}, ${v})`),
  fc
    .tuple(n, letter, n)
    .map(
      ([id, name, to]) =>
        `INSERT INTO person (id, name) VALUES (${id}, ${name}) ON DUPLICATE KEY UPDATE name = ${name}, id = ${to}`,
    ),
  fc.tuple(whole, where).map(([to, if_]) => `UPDATE person SET v = ${to} WHERE ${if_}`),
  fc.tuple(n, n).map(([id, to]) => `UPDATE IGNORE person SET id = ${to} WHERE id = ${id}`),
  fc.tuple(n, value).map(([id, boss]) => `UPDATE person SET boss = ${boss} WHERE id = ${id}`),
  n.map((id) => `DELETE FROM person WHERE id = ${id}`),
  where.map((it) => `DELETE FROM person WHERE ${it}`),
  fc
    .tuple(letter, n, value)
    .map(
      ([a, b, lead]) =>
        `INSERT INTO team VALUES (${a}, ${b}, ${lead}) ON DUPLICATE KEY UPDATE lead_id = ${lead}, b = b + 1`,
    ),
  fc.tuple(letter, letter).map(([a, to]) => `UPDATE team SET a = ${to} WHERE a = ${a} LIMIT 1`),
  fc.tuple(letter, n).map(([a, b]) => `DELETE FROM team WHERE a = ${a} OR b = ${b}`),
  fc
    .tuple(letter, n, value)
    .map(([a, b, v]) => `INSERT INTO member VALUES (${a}, ${b}, ${v}), (NULL, ${b}, 1)`),
  fc
    .tuple(whole, where, n)
    .map(([to, if_, limit]) => `UPDATE member SET v = ${to} WHERE ${if_} LIMIT ${limit}`),
  fc.tuple(where, n).map(([if_, limit]) => `DELETE FROM member WHERE ${if_} LIMIT ${limit}`),
  fc.constant('DELETE member, team FROM member JOIN team USING (a, b) WHERE member.v = 1'),
  fc.tuple(n, value).map(([id, up]) => `INSERT INTO node VALUES (${id + 5}, ${up}, 1)`),
  fc.tuple(n, n).map(([id, up]) => `UPDATE node SET up = ${up}, v = v + 1 WHERE id = ${id}`),
  fc.tuple(n, n).map(([id, to]) => `UPDATE node SET id = ${to + 8} WHERE id = ${id}`),
  n.map((id) => `DELETE FROM node WHERE id = ${id}`),
  fc
    .tuple(value, letter)
    .map(
      ([v, t]) =>
        `INSERT INTO bag VALUES (${v}, ${v} / 3, ${t}, ${t}), (${v}, ${v} / 3, ${t}, ${t})`,
    ),
  fc
    .tuple(letter, where, n)
    .map(([t, if_, limit]) => `UPDATE bag SET t = ${t}, f = -f WHERE ${if_} LIMIT ${limit}`),
  fc.tuple(where, n).map(([if_, limit]) => `DELETE FROM bag WHERE ${if_} LIMIT ${limit}`),
  fc.constant('INSERT INTO bag SELECT * FROM bag LIMIT 5'),
  fc
    .tuple(fc.constantFrom('INSERT IGNORE', 'REPLACE', 'INSERT'), value, letter, value, value)
    .map(
      ([insert, no, t, v, person]) =>
        `${insert} INTO card VALUES (${no}, ${t}, ${v}, ${person}), (NULL, NULL, 1, ${person})`,
    ),
  fc
    .tuple(value, letter, value)
    .map(
      ([no, t, to]) =>
        `INSERT IGNORE INTO card VALUES (${no}, ${t}, 1, 1) ON DUPLICATE KEY UPDATE no = ${to}, v = 2`,
    ),
  fc
    .tuple(maybe(['IGNORE ']), value, value, where)
    .map(
      ([ignore, no, person, if_]) =>
        `UPDATE ${ignore}card SET no = ${no}, person = ${person} WHERE ${if_}`,
    ),
  fc
    .tuple(letter, where)
    .map(([t, if_]) => `UPDATE IGNORE card SET t = CONCAT(${t}, 'z'), v = 3 WHERE ${if_}`),
  fc
    .tuple(n, where)
    .map(
      ([no, if_]) =>
        `UPDATE IGNORE card JOIN hold USING (v) SET card.no = ${no}, hold.person = ${no} WHERE ${if_.replace('v', 'card.v')}`,
    ),
  where.map((it) => `DELETE IGNORE FROM person WHERE ${it}`),
  where.map((it) => `UPDATE IGNORE person SET id = id + 1 WHERE ${it} ORDER BY id DESC`),
  fc.tuple(value, value).map(([v, person]) => `INSERT IGNORE INTO hold VALUES (${v}, ${person})`),
  fc.constantFrom('START TRANSACTION', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', 'ROLLBACK TO s'),
);

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
