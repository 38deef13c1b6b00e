import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openDatabase, type Row } from '../src/index.js';
import { ask, fresh } from './mysql-server.js';

describe.skipIf(!services.mariadb)('a counter of MariaDB that is moved in a transaction', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it.each([
    ['past its rows', 'id INT PRIMARY KEY AUTO_INCREMENT', 50n, '50'],
    ['not below them', 'id INT PRIMARY KEY AUTO_INCREMENT', 3n, '4'],
    ['not where there is no such number', 'id TINYINT PRIMARY KEY AUTO_INCREMENT', 500n, '4'],
  ])('goes %s', async (_, id, next, expected) => {
    const place = await fresh();
    await place.run([`CREATE TABLE a (${id}, code CHAR(1) UNIQUE)`]);
    const database = await openDatabase(place.url);
    ends.push(() => database.close(), place.drop);
    const { tables, sequences } = await database.introspect();
    const [table] = tables;
    const rows: Row[] = ['1', '2', '3'].map((it) => [it, it]);
    const { dialect } = database;
    await database.transaction(async (session) => {
      const move = { table: table!, columns: table!.columns, rows, next };
      await dialect.advance?.(session, [move, { ...move, next: 0n }]);
      await dialect.insert(session, table!, table!.columns, rows);
    });
    expect(await ask(place.url, 'SELECT id, code FROM a ORDER BY id')).toEqual(rows);
    const [state] = await database.transaction((it) => dialect.readSequences(it, sequences));
    expect(state?.value).toEqual({ last: expected, called: false });
  });
});
