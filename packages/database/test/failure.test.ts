import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Row, type Table } from '../src/index.js';
import { datasetOf } from './datasets.js';

describe('an error within a transaction', () => {
  it('is told as a mistake where JavaScript has thrown it, and as an answer where the database has', async () => {
    const database = await openDatabase('sqlite::memory:');
    const nothing = undefined as unknown as { value: string };
    const mistake = database.transaction(async () => nothing.value);
    await expect(mistake).rejects.toMatchObject({
      code: 'HFIT_UNEXPECTED',
      message: expect.stringContaining('TypeError: Cannot read properties of undefined'),
    });
    await expect(database.transaction((it) => it.run('SELECT nothing'))).rejects.toMatchObject({
      code: 'HFIT_DATABASE_QUERY',
    });
    await expect(
      database.transaction((it) => it.query('SELECT 1; SELECT 2')),
    ).rejects.toMatchObject({
      code: 'HFIT_DATABASE_QUERY',
    });
    await database.close();
  });
});

describe('a full disk', () => {
  it('is told as one while rows are loaded, and none of them stays', async () => {
    const connection = new Sqlite(':memory:');
    connection.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)');
    connection.exec("INSERT INTO note VALUES (0, 'there')");
    connection.pragma('max_page_count = 20');
    const database = await openDatabase(connection);
    const [note] = (await database.introspect()).tables as [Table];
    const rows = Array.from({ length: 100 }, (_, i): Row => [BigInt(i + 1), 'x'.repeat(1000)]);
    await expect(database.load(datasetOf('sqlite', note, rows))).rejects.toMatchObject({
      code: 'HFIT_DATABASE_FULL',
      message: expect.stringContaining('has no room for more: database or disk is full'),
    });
    expect(connection.prepare('SELECT text FROM note').pluck().all()).toEqual(['there']);
    await database.close();
    connection.close();
  });
});
