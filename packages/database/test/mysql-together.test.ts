import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase } from '../src/index.js';
import type { MysqlSession } from '../src/mysql/session.js';
import { ask, fresh } from './mysql-server.js';

describe.skipIf(!services.mariadb)('statements that go to MariaDB together', () => {
  let database: Database;
  let drop: () => Promise<void>;
  afterEach(async () => {
    await database.close();
    await drop();
  });

  it('answer as they do one by one, on a server without compound statements as well', async () => {
    const place = await fresh();
    drop = place.drop;
    await place.run(['CREATE TABLE a (id int PRIMARY KEY, `;` text)', 'CREATE TABLE b (id int)']);
    database = await openDatabase(place.url);
    await database.transaction(async (given) => {
      const session = given as MysqlSession;
      const both = ["SELECT 'a;'", 'SHOW CREATE TABLE a'];
      const expected = await session.together(both);
      expect(expected.map((rows) => rows.length)).toEqual([1, 1]);
      expect(expected[0]).toEqual([['a;']]);
      expect(await session.together(["INSERT INTO a VALUES (1, ';')", 'DELETE FROM b'])).toEqual(
        [],
      );
      await expect(session.together(['DELETE FROM a', 'DELETE FROM nowhere'])).rejects.toThrow(
        /nowhere/,
      );
      // As where the server does not know what it is given.
      await expect(session.together(['DELETE FROM b', 'DELETE FRO b'])).rejects.toThrow(/syntax/);
      expect(await session.together(both)).toEqual(expected);
      await session.runAll?.(["INSERT INTO a VALUES (2, '')", "INSERT INTO a VALUES (3, '')"]);
    });
    expect(await ask(place.url, 'SELECT id FROM a ORDER BY id')).toEqual([['2'], ['3']]);
  });
});
