import { expect, it } from 'vitest';
import { law, onEach, sharedPlace, track } from './postgresql-log-subject.js';

onEach('a rewind of $name that changes rows in their place', (subject) => {
  const place = sharedPlace(subject);
  const log = () => place.database.dialect.log;

  it.each([
    ['values alone', `UPDATE t SET v = v || '!'; UPDATE pair SET v = NULL WHERE a = 1`],
    ['a key that is equal and written otherwise', 'UPDATE exact SET n = 1.00 WHERE n = 1'],
    [
      'a key of an identity that is always made',
      `UPDATE always SET v = 'b'; INSERT INTO always (v) VALUES ('c')`,
    ],
    [
      'some rows, while others come and go',
      `UPDATE t SET v = 'x' WHERE id < 4; DELETE FROM t WHERE id = 4; INSERT INTO t VALUES (100, 'y'), (101, NULL)`,
    ],
    [
      'rows whose keys went round',
      'UPDATE t SET id = 1000 WHERE id = 1; UPDATE t SET id = 1 WHERE id = 2; UPDATE t SET id = 2 WHERE id = 1000',
    ],
    ['more than are compared each with each', `UPDATE t SET v = 'all'`],
    [
      'a key with values that were swapped',
      `UPDATE swapped SET v = CASE v WHEN 'a' THEN 'b' ELSE 'a' END`,
    ],
  ])('puts back %s', async (_, act) => {
    await place.run(`
      CREATE TABLE t (id int PRIMARY KEY, v text, twice int GENERATED ALWAYS AS (id * 2) STORED);
      INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 60) i;
      CREATE TABLE pair (a int, b int, v text, PRIMARY KEY (b, a)); INSERT INTO pair VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z');
      CREATE TABLE exact (n numeric PRIMARY KEY, v text); INSERT INTO exact VALUES (1.0, 'x');
      CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text); INSERT INTO always (v) VALUES ('a');
      CREATE TABLE swapped (id int PRIMARY KEY, v text, UNIQUE (v) DEFERRABLE); INSERT INTO swapped VALUES (1, 'a'), (2, 'b')`);
    await track(place);
    await law(place, () => place.run(act));
  });

  it('tells of rows that came unseen, and changes nothing', async () => {
    await place.run(
      `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')`,
    );
    await track(place);
    await place.run(`UPDATE t SET v = 'x' WHERE id = 1; DELETE FROM t WHERE id = 2`);
    await place.run(
      `SET hfit.rewinding = 'yes'; INSERT INTO t VALUES (2, 'unseen'); RESET hfit.rewinding`,
    );
    await expect(log().rewind(place.session, 'start', 1000)).rejects.toThrow('HFIT_LOG_BYPASSED');
    expect(await place.run('SELECT id::text, v FROM t ORDER BY t.id')).toEqual([
      ['1', 'x'],
      ['2', 'unseen'],
    ]);
  });
});
