import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Database, openDatabase, quoteTable, type Table } from '../src/index.js';
import { Turns } from '../src/turns.js';

const subjects = [
  {
    name: 'PGlite',
    open: async () => {
      const pglite = await freshPglite();
      await pglite.exec('CREATE TABLE word (id int PRIMARY KEY)');
      await pglite.exec('INSERT INTO word SELECT generate_series(1, 3000)');
      return { database: await openDatabase(pglite), close: () => pglite.close() };
    },
  },
  {
    name: 'SQLite in memory, opened here',
    open: async () => {
      const database = await openDatabase('sqlite::memory:');
      await database.transaction(async (session) => {
        await session.run('CREATE TABLE word (id INTEGER PRIMARY KEY)');
        await session.run(
          'INSERT INTO word WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n',
        );
      });
      return { database, close: () => database.close() };
    },
  },
  {
    name: 'SQLite in memory, of its user',
    open: async () => {
      const sqlite = new Sqlite(':memory:');
      sqlite.exec('CREATE TABLE word (id INTEGER PRIMARY KEY)');
      const insert = sqlite.prepare('INSERT INTO word VALUES (?)');
      for (let i = 1; i <= 3000; i++) insert.run(i);
      return { database: await openDatabase(sqlite), close: async () => void sqlite.close() };
    },
  },
];

describe.each(subjects)('the one connection of $name', ({ open }) => {
  let database: Database;
  let close: () => Promise<void>;
  let table: Table;
  beforeAll(async () => {
    ({ database, close } = await open());
    table = (await database.introspect()).tables.find(({ name }) => name === 'word') as Table;
  });
  afterAll(() => close?.());

  it('serves a second reader while the first one reads', async () => {
    const first = await database.snapshot();
    let [rows, seen] = [0, 0];
    for await (const batch of first.rows({ table, columns: table.columns })) {
      rows += batch.length;
      const second = await database.snapshot();
      seen += await second.count(table);
      await second.close();
    }
    await first.close();
    expect(rows).toBe(3000);
    expect(seen % 3000).toBe(0);
    await expect(first.count(table)).rejects.toMatchObject({ code: 'HFIT_DATABASE_CLOSED' });
  });

  it('lets a writer in when the last reader has gone', async () => {
    const [first, second] = [await database.snapshot(), await database.snapshot()];
    const written = database.transaction(
      async (session) => {
        await session.run(`DELETE FROM ${quoteTable(database.dialect, table)} WHERE id = 1`);
      },
      { dangerouslyAllowAnyDatabase: true },
    );
    await first.close();
    expect(await second.count(table)).toBe(3000);
    await second.close();
    await written;
    const third = await database.snapshot();
    expect(await third.count(table)).toBe(2999);
    await third.close();
  });

  it('is well for those after one whose question failed', async () => {
    const [first, second] = [await database.snapshot(), await database.snapshot()];
    const wrong = first.using((session) => session.query('SELECT nothing FROM nowhere'));
    await expect(wrong).rejects.toMatchObject({ code: 'HFIT_DATABASE_QUERY' });
    await first.close();
    await second.close();
    expect((await database.introspect()).tables.length).toBeGreaterThan(0);
  });
});

describe('a turn', () => {
  it('is not waited for without an end, and those behind still come in their order', async () => {
    const turns = new Turns();
    const free = await turns.takeSoon('here');
    await expect(turns.takeSoon('here', 5)).rejects.toMatchObject({
      code: 'HFIT_DATABASE_BUSY',
      message: expect.stringMatching(/^HFIT_DATABASE_BUSY: here is in use: its one connection/),
    });
    const next = turns.take();
    free();
    (await next)();
  });
});
