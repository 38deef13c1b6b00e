import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../../database/test/sqlite-files.js';
import { apply, invert, track, untrack } from '../src/index.js';
import { ends, folderOfFiles } from './afterwards.js';

describe('track', () => {
  const two = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')`;

  const fileOf = async (name: string) => {
    const folder = freshFolder();
    ends.push(folder.drop);
    const file = folder.path(name);
    const handle = new BetterSqlite3(file);
    ends.push(() => handle.close());
    handle.exec(two);
    const database = await openDatabase(`sqlite:${file}`);
    ends.push(() => database.close());
    return { handle, database };
  };

  it('refuses a database that is not for tests, and touches nothing', async () => {
    const { handle, database } = await fileOf('shop.db');
    for (const work of [track, untrack]) {
      await expect(work(database)).rejects.toThrow('HFIT_NOT_A_TEST_DATABASE');
    }
    expect(handle.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 });
    const log = await track(database, { dangerouslyAllowAnyDatabase: true });
    await log.close();
    await untrack(database, { dangerouslyAllowAnyDatabase: true });
    expect(handle.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 });
  });

  it('works on the handle of a database in memory, between the statements of its user', async () => {
    const handle = new BetterSqlite3(':memory:');
    ends.push(() => handle.close());
    handle.exec(two);
    const database = await openDatabase(handle);
    const log = await track(database, { verify: true });
    expect(log.report).toEqual({ strategy: 'log', reason: 'triggers may note every change' });
    handle.exec(`DELETE FROM t WHERE id = 1; UPDATE t SET name = 'zwei'`);
    const [table] = (await log.changes()).tables;
    expect(table).toMatchObject({ name: 't', key: ['id'], inserted: [] });
    expect(table?.deleted).toEqual([[1n, 'one']]);
    expect(table?.updated).toEqual([{ before: [2n, 'two'], after: [2n, 'zwei'] }]);
    expect((await log.rewind()).tables).toEqual([{ table: { schema: '', name: 't' }, rows: 2 }]);
    expect(handle.prepare('SELECT name FROM t').pluck().all()).toEqual(['one', 'two']);
    await log.close();
  });

  it('tells by verify that a rewind did not bring back what was there', async () => {
    const { handle, database } = await fileOf('hfit_test.db');
    const folder = await folderOfFiles();
    const log = await track(database, { strategy: 'reload', folder, verify: true });
    handle.exec('DELETE FROM t');
    await log.rewind();
    await appendFile(join(folder, '1', '1.ndjson'), '[3,"three"]\n');
    await expect(log.rewind()).rejects.toThrow(/HFIT_REWIND_VERIFY.*"start", table t/);
  });

  it('applies without a word to the triggers of users', async () => {
    const { handle, database } = await fileOf('hfit_test.db');
    const log = await track(database);
    handle.exec(`UPDATE t SET name = 'x'; INSERT INTO t VALUES (3, 'three')`);
    const changes = await log.changes();
    await log.close();
    await untrack(database);
    handle.exec(`CREATE TABLE audit (what TEXT);
      CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT raise(ABORT, 'never'); END;
      CREATE TRIGGER told AFTER INSERT ON t BEGIN INSERT INTO audit VALUES ('came'); END`);
    await apply(database, invert(changes));
    expect(handle.prepare('SELECT name FROM t').pluck().all()).toEqual(['one', 'two']);
    expect(handle.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(0);
    expect(() => handle.exec('DELETE FROM t')).toThrow('never');
  });

  it('leaves no rows in its folder when the first checkpoint fails', async () => {
    const { handle, database } = await fileOf('hfit_test.db');
    // Rows of the second table cannot be put into the order of their key.
    handle.exec('CREATE TABLE u (id TEXT PRIMARY KEY) WITHOUT ROWID');
    handle.unsafeMode().pragma('writable_schema = ON');
    handle.exec(`UPDATE sqlite_schema SET sql = 'CREATE TABLE u (id TEXT COLLATE ours PRIMARY KEY) WITHOUT ROWID'
      WHERE name = 'u'`);
    const outer = await folderOfFiles();
    const folder = join(outer, 'a', 'b');
    const options = { strategy: 'reload', folder } as const;
    await expect(track(database, options)).rejects.toThrow(/no such collation/);
    expect(await readdir(outer)).toEqual([]);
  });

  it('tells what it has switched off, and leaves nothing that a killed process began', async () => {
    const { database } = await fileOf('hfit_test.db');
    const folder = await folderOfFiles();
    await track(database, { strategy: 'reload', folder });
    await mkdir(join(folder, '2'));
    await appendFile(join(folder, '2', '1.ndjson'), '[3,"three"]\n');
    await appendFile(join(folder, 'mine.txt'), 'mine');
    expect(await untrack(database)).toEqual([]);
    expect(await untrack(database, { folder })).toEqual(['reload']);
    expect(await readdir(folder)).toEqual(['mine.txt']);
    const log = await track(database);
    await log.close();
    expect(await untrack(database, { folder })).toEqual(['log']);
  });

  it('waits for the locks of others as long as it is told', async () => {
    const { handle, database } = await fileOf('hfit_test.db');
    handle.exec('BEGIN IMMEDIATE');
    await expect(track(database, { patience: 100 })).rejects.toThrow(/HFIT_LOG_WRITER.* 0.1 s/);
    handle.exec('COMMIT');
    const log = await track(database);
    await log.close();
    handle.exec('BEGIN IMMEDIATE');
    await expect(untrack(database, { patience: 100 })).rejects.toThrow(/HFIT_LOG_WRITER.* 0.1 s/);
    handle.exec('COMMIT');
  });

  it('asks for a folder before it keeps files', async () => {
    const { database } = await fileOf('hfit_test.db');
    await expect(track(database, { strategy: 'reload' })).rejects.toThrow(
      /HFIT_TRACK_IMPOSSIBLE.*needs the option folder/,
    );
  });
});
