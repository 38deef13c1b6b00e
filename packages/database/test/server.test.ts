import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../../test/services/child.js';
import { freshMariadb, freshPostgresql, services } from '../../../test/services/index.js';
import { openDatabase, openServer, type Server } from '../src/index.js';
import { freshFolder } from './sqlite-files.js';

interface Place {
  readonly url: string;
  drop(): Promise<void>;
}

const places: Record<string, { missing: boolean; place: () => Promise<Place> }> = {
  PostgreSQL: { missing: !services.postgresql, place: freshPostgresql },
  MariaDB: { missing: !services.mariadb, place: freshMariadb },
  SQLite: {
    missing: false,
    async place() {
      const folder = freshFolder();
      return { url: `sqlite:${folder.path('shop.db')}`, drop: async () => folder.drop() };
    },
  },
  PGlite: {
    missing: false,
    place: async () => ({ url: 'pglite::memory:', drop: async () => {} }),
  },
};

const script = `
  CREATE TABLE author (id INTEGER PRIMARY KEY, name VARCHAR(20));
  CREATE TABLE book (id INTEGER PRIMARY KEY, author INTEGER REFERENCES author (id));
  INSERT INTO author VALUES (1, 'é 😀');
  INSERT INTO book VALUES (7, 1);`;

/** No other run uses these names. */
const fresh = () => `hfit_test_${randomBytes(5).toString('hex')}`;

for (const [name, { missing, place }] of Object.entries(places)) {
  describe.skipIf(missing)(`server: ${name}`, () => {
    let there: Place;
    let server: Server;
    beforeAll(async () => {
      there = await place();
      server = await openServer(there.url);
    });
    afterAll(async () => {
      await server.close();
      await there.drop();
    });

    it('makes a template, copies it and drops both', async () => {
      const [template, copy] = [`${fresh()}_a`, `${fresh()}_b`];
      await server.create(template);
      await server.run(template, script);
      await server.mark(template, 'ready');
      expect(await server.databases(template)).toEqual([{ name: template, mark: 'ready' }]);

      await server.copy(template, copy);
      expect((await server.databases(copy)).map((it) => it.mark)).toEqual([null]);
      const opened = await server.open(copy);
      const database = await openDatabase(opened.target);
      const snapshot = await database.snapshot();
      const { tables } = await snapshot.introspect();
      expect(tables.map((it) => it.name).sort()).toEqual(['author', 'book']);
      const [table] = tables;
      const rows = [];
      for await (const batch of snapshot.rows({ table: table!, columns: table!.columns })) {
        rows.push(...batch.map((row) => row.map(String)));
      }
      expect(rows).toEqual([['1', 'é 😀']]);
      await snapshot.close();
      await database.close();
      await opened.close();

      await server.drop(copy);
      await server.drop(template);
      await server.drop(template);
      expect(await server.databases(template)).toEqual([]);
    });

    it('gives a lock to one alone', async () => {
      const key = fresh();
      const other = await openServer(there.url);
      const lock = await server.lock(key);
      expect(lock).not.toBeNull();
      expect(await server.lock(key)).toBeNull();
      expect(await other.lock(key)).toBeNull();
      expect(await other.held([key, `${key} too`])).toEqual(new Set([key]));
      await lock?.release();
      expect(await other.held([key])).toEqual(new Set());
      expect(await other.lock(key)).not.toBeNull();
      await other.close();
      expect(await server.held([key])).toEqual(new Set());
    });

    // PGlite takes the same locks as SQLite.
    it.skipIf(name === 'PGlite')('ends the lock of a process that is killed', async () => {
      const key = fresh();
      const child = holdLock(there.url, key);
      await once(child.stdout!, 'data');
      expect(await server.lock(key)).toBeNull();
      expect(await server.held([key])).toEqual(new Set([key]));
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await vi.waitFor(async () => expect(await server.held([key])).toEqual(new Set()));
      expect(await server.lock(key)).not.toBeNull();
    });

    it.runIf(name === 'PostgreSQL' || name === 'MariaDB')(
      'names who is connected, and drops a database that is in use',
      async () => {
        const used = fresh();
        await server.create(used);
        await server.run(used, 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
        const database = await openDatabase((await server.open(used)).target);
        const session = await database.logSession();
        await session.run('BEGIN');
        await session.run('INSERT INTO t VALUES (1)');
        const visitors = await server.visitors(used);
        expect(visitors.map((it) => it.inTransaction)).toEqual([true]);
        expect(visitors[0]?.name).toMatch(/ 127\.0\.0\.1|localhost/);
        await server.drop(used);
        expect(await server.databases(used)).toEqual([]);
        await session.release(true);
        await database.close();
      },
    );
  });
}

describe.skipIf(!services.mariadb)('a copy of a database of MariaDB', () => {
  it('has sequences, routines, views, triggers and numbering, and none names the other', async () => {
    const { url, drop } = await freshMariadb();
    const server = await openServer(url);
    const [template, copy] = [fresh(), fresh()];
    await server.create(template);
    await server.run(
      template,
      `CREATE SEQUENCE tickets START WITH 5 NOCACHE;
       DO NEXTVAL(tickets);
       CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, n INT DEFAULT NEXTVAL(tickets), twice INT AS (n * 2) STORED);
       INSERT INTO a (n) VALUES (1), (2);
       DELETE FROM a WHERE id = 2;
       CREATE TABLE b (a INT, FOREIGN KEY (a) REFERENCES a (id));
       CREATE VIEW z_base AS SELECT id, n FROM a;
       CREATE VIEW a_first AS SELECT * FROM z_base;`,
    );
    await server.run(
      template,
      'CREATE FUNCTION plus_one(n INT) RETURNS INT DETERMINISTIC RETURN n + 1',
    );
    await server.run(
      template,
      'CREATE TRIGGER a_b AFTER INSERT ON a FOR EACH ROW INSERT INTO b VALUES (NEW.id)',
    );
    await server.mark(template, 'ready');
    await server.copy(template, copy);
    await server.drop(template);

    const database = await openDatabase((await server.open(copy)).target);
    const rows = await database.transaction(async (session) => {
      await session.run('INSERT INTO a (n) VALUES (DEFAULT)');
      return [
        await session.query('SELECT id, n, twice FROM a ORDER BY id'),
        await session.query('SELECT a FROM b'),
        await session.query('SELECT plus_one(n) FROM a_first ORDER BY id'),
      ];
    });
    expect(rows).toEqual([
      [
        ['1', '1', '2'],
        ['3', '6', '12'],
      ],
      [['3']],
      [['2'], ['7']],
    ]);
    await database.close();
    expect((await server.databases(copy))[0]?.mark).toBeNull();
    await server.drop(copy);
    await server.close();
    await drop();
  });
});

/** A process that takes the lock, says so, and then lives on. */
function holdLock(url: string, key: string) {
  return startChild(new URL('./lock-child.ts', import.meta.url), [url, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('a copy of a database of SQLite', () => {
  it('has what a write-ahead log still held, has one itself, and is not made beside a reader', async () => {
    const folder = freshFolder();
    const server = await openServer(`sqlite:${folder.path('shop.db')}`);
    const [template, copy] = [fresh(), fresh()];
    await server.create(template);
    await server.run(template, script);
    const user = new BetterSqlite3(folder.path(`${template}.db`));
    user.pragma('journal_mode = WAL');
    user.exec("INSERT INTO author VALUES (2, 'late')");
    const reading = user.prepare('SELECT * FROM author').iterate();
    reading.next();
    const writer = new BetterSqlite3(folder.path(`${template}.db`));
    writer.exec("INSERT INTO author VALUES (3, 'later')");
    await expect(server.copy(template, copy)).rejects.toMatchObject({
      code: 'HFIT_DATABASE_QUERY',
    });
    expect(await server.databases(copy)).toEqual([]);
    reading.return?.();
    await server.copy(template, copy);
    for (const it of [user, writer]) it.close();

    const copied = new BetterSqlite3(folder.path(`${copy}.db`));
    expect(copied.prepare('SELECT count(*) FROM author').pluck().get()).toBe(3);
    expect(copied.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(copied.pragma('integrity_check', { simple: true })).toBe('ok');
    copied.close();
    await server.close();
    folder.drop();
  });
});

describe('a database that is thrown away', () => {
  const settings: Record<string, { ask: string; off: string; on: string }> = {
    PostgreSQL: { ask: 'SHOW synchronous_commit', off: 'off', on: 'on' },
    SQLite: { ask: 'PRAGMA synchronous', off: '0', on: '2' },
  };
  for (const [name, { ask, off, on }] of Object.entries(settings)) {
    const { missing, place } = places[name]!;
    it.skipIf(missing)(`waits for no disk: ${name}`, async () => {
      const there = await place();
      const server = await openServer(there.url);
      const used = fresh();
      await server.create(used);
      // The server of the tests waits for no disk in any database.
      if (name === 'PostgreSQL')
        await server.run(used, `ALTER DATABASE ${used} SET synchronous_commit = on`);
      const { target } = await server.open(used);
      for (const throwAway of [true, false]) {
        const database = await openDatabase(target, { throwAway });
        const session = await database.logSession();
        expect(String((await session.query(ask))[0]?.[0])).toBe(throwAway ? off : on);
        await session.release(false);
        await database.transaction(async (it) => {
          expect(String((await it.query(ask))[0]?.[0])).toBe(throwAway ? off : on);
        });
        await database.close();
      }
      await server.drop(used);
      await server.close();
      await there.drop();
    });
  }
});
