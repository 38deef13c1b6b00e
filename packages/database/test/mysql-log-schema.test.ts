import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged, undone } from './mysql-log.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, when the schema changes', () => {
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

  it('names what was changed in the schema', async () => {
    log = await logged([...plain, 'CREATE SEQUENCE seq']);
    for (const [told, change, back] of [
      [
        'column more of table t was added',
        'ALTER TABLE t ADD COLUMN more int',
        'ALTER TABLE t DROP COLUMN more',
      ],
      [
        'column n of table t was changed',
        'ALTER TABLE t MODIFY n bigint',
        'ALTER TABLE t MODIFY n int',
      ],
      [
        'column n of table t was dropped or renamed',
        'ALTER TABLE t RENAME COLUMN n TO m',
        'ALTER TABLE t RENAME COLUMN m TO n',
      ],
      [
        'a key, index or constraint of table t was changed',
        'CREATE UNIQUE INDEX more ON t (n)',
        'DROP INDEX more ON t',
      ],
      ['table bag was dropped or renamed', 'RENAME TABLE bag TO sack', 'RENAME TABLE sack TO bag'],
      ['table more was made', 'CREATE TABLE more (id int)', 'DROP TABLE more'],
      ['sequence seq was dropped or renamed', 'DROP SEQUENCE seq', 'CREATE SEQUENCE seq'],
    ] as const) {
      await log.act(change);
      const error = new RegExp(`HFIT_LOG_SCHEMA_CHANGED.*: ${told}`);
      await expect(log.rewind()).rejects.toThrow(error);
      await expect(log.changes()).rejects.toThrow(error);
      await expect(log.checkpoint('b')).rejects.toThrow(error);
      await log.act(back);
      // What was rewritten may be other than it was.
      const isRewritten = /^column .* (added|changed)$/.test(told);
      if (!isRewritten) await log.rewind();
      else {
        await expect(log.rewind()).rejects.toThrow(/HFIT_LOG_SCHEMA_CHANGED.*was altered/);
        await log.checkpoint();
      }
    }
    await undo(
      'ANALYZE TABLE t',
      'ALTER TABLE t AUTO_INCREMENT = 900',
      `ALTER TABLE t COMMENT 'x'`,
      `ALTER TABLE t COMMENT ''`,
      'LOCK TABLES t WRITE',
      'UNLOCK TABLES',
      `INSERT INTO t (name) VALUES ('e')`,
      'CREATE VIEW v AS SELECT * FROM t',
    );
    await log.act(
      'CREATE TABLE other LIKE empty',
      'DROP TABLE empty',
      'RENAME TABLE other TO empty',
    );
    await expect(log.rewind()).rejects.toThrow(
      /HFIT_LOG_BYPASSED.*triggers of table empty are gone/,
    );
  });

  it('refuses what rewrites rows and leaves the table as it was defined', async () => {
    log = await logged([...plain, `UPDATE t SET n = n * 1000`]);
    const { rewind, changes, install, checkpoint } = log;
    for (const list of [
      ['ALTER TABLE t DROP COLUMN n', 'ALTER TABLE t ADD COLUMN n int'],
      [`SET sql_mode = ''`, 'ALTER TABLE t MODIFY n tinyint', 'ALTER TABLE t MODIFY n int'],
      ['OPTIMIZE TABLE t'],
    ]) {
      await log.act(`UPDATE t SET n = id * 1000`);
      await checkpoint();
      await log.act(...list);
      for (const call of [rewind, changes])
        await expect(call()).rejects.toThrow(
          /HFIT_LOG_SCHEMA_CHANGED.* table t was altered, which may have rewritten its rows/,
        );
      await checkpoint('later');
      await log.act('DELETE FROM t WHERE id = 1');
      await log.rewind('later');
      expect(await log.changes('later')).toEqual({ tables: [], sequences: [] });
    }
    await log.act('ALTER TABLE bag DROP COLUMN b', 'ALTER TABLE bag ADD COLUMN b varchar(9)');
    await install();
    await expect(changes()).rejects.toThrow('HFIT_CHECKPOINT_UNKNOWN');
    await checkpoint();
    await undo('UPDATE bag SET a = 9');
  });

  it('knows what it has altered itself, for the next number of a table', async () => {
    log = await logged(plain);
    const { dialect } = log.database;
    await log.checkpoint('later');
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await log.act('INSERT INTO t (n) VALUES (1)', 'INSERT INTO empty (n) VALUES (1)');
      await log.rewind('later');
      expect((await log.changes()).tables).toEqual([]);
    }
    await log.act('INSERT INTO t (n) VALUES (1)');
    await dialect.writeSequences(log.session, [
      { schema: '', name: 't', value: { last: '700', called: false } },
    ]);
    expect((await log.seen()).t).toHaveLength(1);
    await log.rewind();
    expect(await log.changes()).toEqual({ tables: [], sequences: [] });
  });

  it('notices a partition that was exchanged for a table', async () => {
    log = await logged([
      'CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)',
      'CREATE TABLE `od-d #é` (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2',
      'CREATE TABLE other (id int PRIMARY KEY, v int)',
      'INSERT INTO parts VALUES (1, 1), (11, 1)',
      'INSERT INTO other VALUES (2, 2)',
    ]);
    await undo('UPDATE parts SET v = 2', 'INSERT INTO `od-d #é` VALUES (1), (2)');
    await log.act('ALTER TABLE parts EXCHANGE PARTITION low WITH TABLE other');
    const told = /HFIT_LOG_BYPASSED.* partition of table parts was emptied, exchanged/;
    await expect(log.changes()).rejects.toThrow(told);
    await expect(log.rewind()).rejects.toThrow(told);
    await log.checkpoint();
    await undo('DELETE FROM parts');
    await log.act('ALTER TABLE `od-d #é` TRUNCATE PARTITION p0');
    await expect(log.changes()).rejects.toThrow(/HFIT_LOG_BYPASSED.* table od-d #é/);
  });

  it('notices TRUNCATE of a table without a key that held nothing before', async () => {
    log = await logged(['CREATE TABLE bag (a int)']);
    await log.act('INSERT INTO bag VALUES (1)', 'TRUNCATE bag');
    const told = /HFIT_LOG_BYPASSED.* table bag went without a note/;
    await expect(log.changes()).rejects.toThrow(told);
    await expect(log.rewind()).rejects.toThrow(told);
    await log.act('INSERT INTO bag VALUES (1), (1)');
    await log.checkpoint();
    await log.act('UPDATE bag SET a = 2', 'TRUNCATE bag');
    await expect(log.changes()).rejects.toThrow(told);
  });
});
