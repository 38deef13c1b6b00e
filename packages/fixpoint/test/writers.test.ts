import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@hot-fixture/database';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import { Fixpoints } from '../src/index.js';

describe.skipIf(!services.postgresql)('somebody else', () => {
  let fresh: FreshDatabase;
  let other: pg.Client;
  let database: Database;
  let directory: string;
  let fixpoints: Fixpoints;
  const open = (log = true) => new Fixpoints(database, { directory, ci: false, log, pages: false });

  beforeAll(async () => {
    fresh = await freshPostgresql();
    other = new pg.Client(fresh.url);
    await other.connect();
    database = await openDatabase(fresh.url);
  });
  afterAll(async () => {
    await database?.close();
    await other?.end();
    await fresh?.drop();
  });

  const schema = `DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
    CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE notes (text text);
    INSERT INTO users VALUES (1, 'Tom')`;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hfit-writers-'));
    await other.query(schema);
    fixpoints = open();
    await fixpoints.store('a');
    await fixpoints.restore('a');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await fixpoints.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const write = () => other.query(`INSERT INTO notes VALUES ('late')`);
  const notes = async () => (await other.query('SELECT text FROM notes')).rowCount;

  /** Writes once when rows of the database have been read, before all else. */
  function writeAfterRead(): void {
    const read = database.snapshot.bind(database);
    const spy = vi.spyOn(database, 'snapshot').mockImplementation(async (...given) => {
      const snapshot = await read(...given);
      const { close, list } = snapshot;
      snapshot.list = (...asked) => {
        spy.mockRestore();
        snapshot.close = async () => {
          await write();
          await close.call(snapshot);
        };
        snapshot.list = list;
        return list.apply(snapshot, asked);
      };
      return snapshot;
    });
  }

  /** Both ways come to the same. */
  async function isAt(name: string): Promise<boolean> {
    const found = await Promise.all([fixpoints, open(false)].map((it) => it.difference(name)));
    expect(found[0]?.equal).toBe(found[1]?.equal);
    return found[0]?.equal ?? false;
  }

  it('who writes while a fixpoint is stored is no part of it', async () => {
    await other.query(`INSERT INTO users VALUES (2, 'Ann')`);
    writeAfterRead();
    await fixpoints.store('b');
    expect(await isAt('b')).toBe(false);
    await fixpoints.restore('b');
    expect(await notes()).toBe(0);
    expect(await isAt('b')).toBe(true);
    expect(await fixpoints.restore('b')).toMatchObject({ by: 'log' });
  });

  it.each(['a log', 'no log'])(
    'who writes while one is restored is undone, with %s',
    async (log) => {
      await other.query(`UPDATE users SET name = 'Ann'; INSERT INTO users VALUES (2, 'Eve')`);
      await open(false).store('b');
      await other.query(`UPDATE users SET name = 'Tim'; DELETE FROM users WHERE id = 2`);
      if (log === 'no log') {
        await fixpoints.close();
        await other.query('DROP SCHEMA hfit CASCADE');
      }
      writeAfterRead();
      expect(await fixpoints.restore('b')).toMatchObject({ by: 'whole database' });
      expect(await notes()).toBe(0);
      expect(await isAt('b')).toBe(true);
      expect(await fixpoints.restore('b')).toMatchObject({ by: 'log' });
    },
  );

  it('who makes the schema anew does not keep the log from coming back', async () => {
    for (const change of [schema, 'ALTER TABLE notes ADD more text']) {
      await other.query(change);
      await open(false).store('b');
      expect(await fixpoints.restore('b')).toMatchObject({ by: 'whole database' });
      for (const it of [fixpoints, open()]) {
        expect(await it.restore('b')).toMatchObject({ by: 'log' });
        await it.close();
      }
    }
  });
});
