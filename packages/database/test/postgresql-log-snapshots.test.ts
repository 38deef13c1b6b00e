import type pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { law, sharedPlace, told, track } from './postgresql-log-subject.js';

describe.skipIf(!services.postgresql)(
  'change log of PostgreSQL and TRUNCATE by an old snapshot',
  () => {
    const place = sharedPlace();
    let other: pg.Client;
    beforeAll(async () => {
      other = (await place.another()) as pg.Client;
    });
    beforeEach(() =>
      place.run(`
      CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 6) i;
      CREATE TABLE bag (v text); INSERT INTO bag VALUES ('a'), ('a'), ('b');
      CREATE TABLE part (k int, v text) PARTITION BY RANGE (k);
      CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10); CREATE TABLE part_2 PARTITION OF part DEFAULT;
      INSERT INTO part VALUES (1, 'low'), (11, 'high')`),
    );
    afterEach(() => other.query('ROLLBACK'));
    const log = () => place.database.dialect.log;
    const begin = (level = 'REPEATABLE READ') =>
      other.query(`BEGIN ISOLATION LEVEL ${level}; SELECT pg_current_snapshot()`);
    const meanwhile = `
    INSERT INTO t VALUES (7, 'new'), (8, 'brief'); DELETE FROM t WHERE id IN (1, 8); UPDATE t SET v = v || '!' WHERE id = 2;
    INSERT INTO bag VALUES ('a'), ('c'); DELETE FROM bag WHERE v = 'b'`;

    it.each(['REPEATABLE READ', 'SERIALIZABLE'])('logs what %s does not see', async (level) => {
      await track(place);
      await law(place, async () => {
        await place.run(`UPDATE t SET v = 'before' WHERE id = 3`);
        await begin(level);
        await other.query(`UPDATE t SET v = 'mine' WHERE id = 4; INSERT INTO t VALUES (9, 'mine')`);
        await place.run(meanwhile);
        await other.query('TRUNCATE t, bag');
        await other.query(
          `INSERT INTO t VALUES (1, 'again'); SAVEPOINT a; TRUNCATE t; ROLLBACK TO a; TRUNCATE bag`,
        );
        await other.query(
          `INSERT INTO bag VALUES ('d'); TRUNCATE bag; INSERT INTO bag VALUES ('e')`,
        );
        await other.query('COMMIT');
        await told(place);
        await begin(level);
        await other.query('TRUNCATE t; COMMIT');
        await place.run(`INSERT INTO t VALUES (2, 'last')`);
      });
    });

    it('goes on where a truncated partition was changed by nobody', async () => {
      await track(place);
      await law(place, async () => {
        await begin();
        await place.run('DELETE FROM t');
        await other.query(
          'TRUNCATE part_1; INSERT INTO part VALUES (2, NULL); TRUNCATE part; COMMIT',
        );
      });
    });

    it.each([
      ['a partition that was changed', 'TRUNCATE part_1', `INSERT INTO part VALUES (3, 'new')`],
      ['a table that was truncated', 'TRUNCATE bag', 'TRUNCATE bag'],
      ['a table that was rewritten', 'TRUNCATE t', 'UPDATE t SET v = NULL; VACUUM FULL t'],
    ])('refuses to go back behind the end of %s', async (_, statement, change) => {
      await track(place);
      await begin();
      for (const it of change.split('; ')) await place.run(it);
      await other.query(`${statement}; COMMIT`);
      const calls = [() => told(place), () => log().rewind(place.session, 'start', 1000)];
      for (const call of calls) {
        await expect(call()).rejects.toThrow(/HFIT_LOG_BYPASSED[\s\S]*truncated a table/);
      }
      await log().checkpoint(place.session, 'start', 1000);
      await law(place, () => place.run(meanwhile));
    });

    it.each(['checkpoint', 'rewind'] as const)('refuses where a %s came between', async (call) => {
      await track(place);
      await place.run(`INSERT INTO t VALUES (7, 'x'), (8, 'x'); DELETE FROM t WHERE id = 8`);
      await begin();
      await place.run('DELETE FROM t WHERE id = 7');
      await log()[call](place.session, 'start', 1000);
      await other.query('TRUNCATE t; COMMIT');
      await expect(told(place)).rejects.toThrow('HFIT_LOG_BYPASSED');
      await place.run(meanwhile);
      await track(place);
      await law(place, () => place.run('DELETE FROM t'));
    });
  },
);
