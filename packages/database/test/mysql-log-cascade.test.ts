import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openDatabase, type Schema } from '../src/index.js';
import { type Logged, logged, undone } from './mysql-log.js';
import { fresh } from './mysql-server.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, where foreign keys act', () => {
  let log: Logged | undefined;
  afterEach(async () => {
    await log?.drop();
    log = undefined;
  });

  /** Runs each action on tables as they were made, and takes it back. */
  async function undoing(made: readonly string[], ...actions: readonly (readonly string[])[]) {
    const it = await logged(made);
    log = it;
    const found = [];
    for (const list of actions) found.push(await undone(it, () => it.act(...list)));
    return found;
  }
  const sizes = (found: Record<string, Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(found).map(([name, rows]) => [name, Object.keys(rows).length]),
    );

  it('by every action, through several levels, with and without keys', async () => {
    const found = await undoing(
      [
        'CREATE TABLE a (id int PRIMARY KEY, code varchar(9) UNIQUE)',
        `CREATE TABLE b (a_id int, n int, v varchar(9), PRIMARY KEY (a_id, n),
           FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
        `CREATE TABLE c (a_id int, n int, v int, FOREIGN KEY (a_id, n) REFERENCES b (a_id, n) ON DELETE CASCADE ON UPDATE CASCADE)`,
        `CREATE TABLE d (id int PRIMARY KEY, code varchar(9), a_id int, n int,
           FOREIGN KEY (code) REFERENCES a (code) ON DELETE SET NULL ON UPDATE CASCADE,
           FOREIGN KEY (a_id, n) REFERENCES b (a_id, n) ON DELETE SET NULL ON UPDATE SET NULL)`,
        `CREATE TABLE e (code varchar(9), v int, FOREIGN KEY (code) REFERENCES a (code) ON DELETE SET NULL ON UPDATE SET NULL)`,
        `INSERT INTO a VALUES (1, 'one'), (2, 'two'), (3, NULL)`,
        `INSERT INTO b VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z'), (3, 1, NULL)`,
        `INSERT INTO c VALUES (1, 1, 5), (1, 1, 5), (1, 2, 6), (2, 1, 7), (NULL, 1, 8)`,
        `INSERT INTO d VALUES (1, 'one', 1, 1), (2, 'two', 1, 2), (3, NULL, NULL, NULL), (4, 'one', 2, 1)`,
        `INSERT INTO e VALUES ('one', 1), ('one', 1), ('two', 2), (NULL, 1)`,
      ],
      ['DELETE FROM a WHERE id = 1'],
      ['DELETE FROM a'],
      ['UPDATE a SET id = id + 10 ORDER BY id DESC'],
      [`UPDATE a SET code = 'ONE' WHERE id = 1`],
      [`UPDATE a SET code = NULL, id = 9 WHERE id = 1`, 'DELETE FROM a WHERE id = 9'],
      [`REPLACE INTO a VALUES (1, 'again'), (4, 'two')`],
      [`INSERT INTO a VALUES (1, 'dup') ON DUPLICATE KEY UPDATE id = 7, code = 'seven'`],
      ['DELETE a, b FROM a JOIN b ON a.id = b.a_id WHERE b.n = 2'],
      ['UPDATE a JOIN e ON a.code = e.code SET a.id = a.id + 20, e.v = 9'],
      ['UPDATE b SET n = n + 5 WHERE a_id = 1 ORDER BY n DESC', 'DELETE FROM b WHERE n = 6'],
      [
        'SET foreign_key_checks = 0',
        'DELETE FROM a WHERE id = 1',
        'UPDATE a SET id = 8 WHERE id = 2',
        'SET foreign_key_checks = 1',
      ],
    );
    expect(sizes(found[0]!)).toEqual({ a: 1, b: 2, c: 2, d: 6, e: 2 });
    expect(sizes(found[3]!)).toEqual({ a: 2, d: 4, e: 2 });
    expect(sizes(found.at(-1)!)).toEqual({ a: 3 });
  });

  it('by those columns of a key that change, where letters of different case are the same', async () => {
    const columns = 'a varchar(4), b int, v int';
    const pointing = (columns: string, to: string, action: string) =>
      `FOREIGN KEY (${columns}) REFERENCES ${to} (${columns}) ON DELETE CASCADE ON UPDATE ${action}`;
    const found = await undoing(
      [
        'CREATE TABLE team (a varchar(4), b int, PRIMARY KEY (a, b))',
        `CREATE TABLE member (${columns}, UNIQUE (a, b), ${pointing('a, b', 'team', 'CASCADE')})`,
        `CREATE TABLE badge (${columns}, ${pointing('a, b', 'member', 'CASCADE')})`,
        `CREATE TABLE shirt (${columns}, ${pointing('a', 'member', 'SET NULL')})`,
        `INSERT INTO team VALUES ('a', 1), ('x', 1)`,
        `INSERT INTO member VALUES ('A', 1, 5), ('x', 1, 5)`,
        `INSERT INTO badge VALUES ('á', 1, 6), ('X', 1, 7)`,
        `INSERT INTO shirt VALUES ('a', 1, 8), ('X', 1, 9)`,
      ],
      [`UPDATE team SET b = 2 WHERE a = 'a'`],
      [`UPDATE team SET a = 'b' WHERE a = 'a'`],
      [`UPDATE team SET a = 'á' WHERE a = 'a'`],
      [`INSERT INTO team VALUES ('X', 1) ON DUPLICATE KEY UPDATE b = 7`],
      ['UPDATE team SET b = b + 1 ORDER BY b DESC'],
    );
    expect(sizes(found[0]!)).toEqual({ team: 2, member: 2, badge: 2 });
    expect(sizes(found[1]!)).toEqual({ team: 2, member: 2, badge: 2, shirt: 2 });
  });

  it('in a chain of fifteen tables, and in two ways to the same rows', async () => {
    const chain = Array.from({ length: 14 }, (_, i) => i + 1);
    await undoing(
      [
        'CREATE TABLE t0 (id int PRIMARY KEY)',
        ...chain.map(
          (i) =>
            `CREATE TABLE t${i} (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES t${i - 1} (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
        ),
        'INSERT INTO t0 VALUES (1), (2)',
        ...chain.map((i) => `INSERT INTO t${i} VALUES (1, 1), (2, 2), (3, 1)`),
        'CREATE TABLE twice (x int, y int, FOREIGN KEY (x) REFERENCES t0 (id) ON DELETE CASCADE, FOREIGN KEY (y) REFERENCES t1 (id) ON DELETE CASCADE)',
        'INSERT INTO twice VALUES (1, 1), (1, 1), (1, 2), (2, 1), (2, 2), (NULL, 3), (NULL, NULL)',
        'CREATE TABLE both_ways (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x) REFERENCES t0 (id) ON DELETE SET NULL, FOREIGN KEY (y) REFERENCES t1 (id) ON DELETE CASCADE)',
        'INSERT INTO both_ways VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 2, 2)',
      ],
      ['DELETE FROM t0 WHERE id = 1'],
      ['DELETE FROM t0'],
      ['UPDATE t3 SET id = 9 WHERE id = 1', 'DELETE FROM t1 WHERE id = 1'],
    );
  });

  it('in a table that points to itself, down a tree and round a ring', async () => {
    await undoing(
      [
        'CREATE TABLE tree (id int PRIMARY KEY, up int, v int, FOREIGN KEY (up) REFERENCES tree (id) ON DELETE CASCADE)',
        'CREATE TABLE leaf (id int PRIMARY KEY, tree_id int, FOREIGN KEY (tree_id) REFERENCES tree (id) ON DELETE CASCADE)',
        'CREATE TABLE note (id int PRIMARY KEY, tree_id int, FOREIGN KEY (tree_id) REFERENCES tree (id) ON DELETE SET NULL)',
        'CREATE TABLE staff (id int PRIMARY KEY, boss int, FOREIGN KEY (boss) REFERENCES staff (id) ON DELETE SET NULL)',
        'INSERT INTO tree SELECT seq, IF(seq = 1, NULL, seq DIV 2), seq FROM seq_1_to_200',
        'INSERT INTO tree VALUES (1001, 1002, 0), (1002, 1003, 0), (1003, 1001, 0)',
        'INSERT INTO note SELECT id, id FROM tree',
        'INSERT INTO leaf SELECT id, id FROM tree',
        'INSERT INTO staff SELECT seq, IF(seq = 1, NULL, seq DIV 2) FROM seq_1_to_100',
      ],
      ['DELETE FROM tree WHERE id = 2'],
      ['DELETE FROM tree WHERE id IN (5, 1)'],
      ['DELETE FROM tree WHERE id = 1002'],
      ['DELETE FROM staff WHERE id < 4'],
    );
  });

  it('in the rings of tables that broke others', async () => {
    const refer = (from: string, to: string, action: string) =>
      `ALTER TABLE ${from} ADD COLUMN to_${to} int, ADD CONSTRAINT ${from}_to_${to} FOREIGN KEY (to_${to}) REFERENCES ${to} (id) ON DELETE ${action}`;
    const edges = 'a-b b-a b-c b-d c-d e-a f-b'.split(' ').map((it) => it.split('-'));
    const rings = 'a-b b-c c-d d-b d-e e-d e-f f-d'.split(' ').map((it) => it.split('-'));
    for (const [which, action] of [
      [edges, 'CASCADE'],
      [rings, 'CASCADE'],
      [rings, 'SET NULL'],
    ] as const) {
      await undoing(
        [
          ...[...'abcdef'].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, v int)`),
          ...which.map(([from, to]) => refer(from!, to!, action)),
          ...[...'abcdef'].map(
            (name) => `INSERT INTO ${name} (id, v) VALUES (1, 1), (2, 2), (3, 3)`,
          ),
          ...which.map(([from, to]) => `UPDATE ${from} SET to_${to} = id MOD 3 + 1`),
        ],
        ...[...'abcdef'].map((name) => [`DELETE FROM ${name} WHERE id = 1`]),
        ['DELETE FROM b WHERE id = 2', 'UPDATE d SET v = 9', 'INSERT INTO a (id) VALUES (9)'],
      );
      await log?.drop();
      log = undefined;
    }
  });

  const pick = (schema: Schema, ...names: string[]) => ({
    ...schema,
    tables: schema.tables.filter(({ name }) => names.includes(name)),
  });

  it('says why it cannot, where rows without a key could not be counted', async () => {
    const server = await fresh();
    await server.run([
      'CREATE TABLE tree (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES tree (id) ON DELETE CASCADE)',
      'CREATE TABLE leaf (tree_id int, FOREIGN KEY (tree_id) REFERENCES tree (id) ON DELETE CASCADE)',
    ]);
    const database = await openDatabase(server.url);
    const session = await database.logSession();
    const { log: it } = database.dialect;
    expect(await it.obstacle(session, await database.introspect())).toMatch(
      /table leaf has no key.* tree /,
    );
    await server.run([
      'CREATE TABLE own (id int UNIQUE, up int, FOREIGN KEY (up) REFERENCES own (id) ON DELETE SET NULL)',
    ]);
    expect(await it.obstacle(session, pick(await database.introspect(), 'own'))).toMatch(
      /table own has no key.* to itself/,
    );
    // What it takes the server ever longer to plan is not begun.
    const chain = [...'abcdef'].flatMap((name, i, all) => [
      `CREATE TABLE ${name} (id int PRIMARY KEY, x int, y int)`,
      ...(i === 0 ? [] : ['x', 'y']).map(
        (key) =>
          `ALTER TABLE ${name} ADD FOREIGN KEY (${key}) REFERENCES ${all[i - 1]} (id) ON DELETE CASCADE`,
      ),
    ]);
    await server.run(chain);
    const lattice = pick(await database.introspect(), ...'abcdef');
    expect(await it.obstacle(session, lattice)).toBeNull();
    await server.run(['ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES f (id) ON DELETE CASCADE']);
    expect(await it.obstacle(session, pick(await database.introspect(), ...'abcdef'))).toMatch(
      /a deletion in table a follows more than 8 foreign keys/,
    );
    await server.run([
      'DROP TABLE own, a, b, c, d, e, f',
      'ALTER TABLE leaf ADD COLUMN id int AUTO_INCREMENT PRIMARY KEY',
    ]);
    expect(await it.obstacle(session, await database.introspect())).toBeNull();
    await session.release(false);
    await database.close();
    await server.drop();
  });
});
