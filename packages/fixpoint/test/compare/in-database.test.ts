import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { type Database, openDatabase } from '@hot-fixture/database';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { freshPglite } from '../../../../test/services/pglite.js';
import { Fixpoints } from '../../src/index.js';

const directory = mkdtempSync(join(tmpdir(), 'hfit-same-keys-'));
let handle: PGlite;
let database: Database;
let fixpoints: Fixpoints;
beforeAll(async () => {
  handle = await freshPglite();
  await handle.exec(`
    CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL);
    CREATE TABLE book (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      author_id int NOT NULL REFERENCES author, title text);
    CREATE TABLE page (book_id uuid REFERENCES book, number int, next int, PRIMARY KEY (book_id, number),
      FOREIGN KEY (book_id, next) REFERENCES page);
    CREATE TABLE reader (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, friend bigint REFERENCES reader);
  `);
  database = await openDatabase(handle);
  fixpoints = new Fixpoints(database, { directory, ci: false, pages: false, sameKeys: true });
});
beforeEach(async () => {
  await handle.exec('TRUNCATE author, book, page, reader');
  await handle.exec(state);
  await fixpoints.store('library');
});
afterAll(async () => {
  await fixpoints.close();
  await database.close();
  rmSync(directory, { recursive: true });
});

const state = `
  INSERT INTO author (name) VALUES ('a'), ('b'), ('c');
  INSERT INTO book (author_id, title) SELECT id, name || n FROM author, generate_series(1, 2) n;
  INSERT INTO page SELECT id, n, NULL FROM book, generate_series(1, 2) n;
  UPDATE page SET next = 2 WHERE number = 1;
  INSERT INTO reader DEFAULT VALUES;
  INSERT INTO reader (friend) SELECT id FROM reader;
  UPDATE reader SET friend = (SELECT max(id) FROM reader) WHERE friend IS NULL;
`;

it('a state that was made anew has other numbers and is the same', async () => {
  await handle.exec('TRUNCATE author, book, page, reader');
  await handle.exec(state);
  const { equal, accepted } = await fixpoints.compare('library');
  expect(equal).toBe(true);
  const columns = accepted.filter(({ reason }) => reason === 'same key');
  expect(columns.map(({ name, column }) => `${name}.${column}`)).toEqual([
    'author.id',
    'book.author_id',
    'book.id',
    'page.book_id',
    'reader.friend',
    'reader.id',
  ]);
});

it('numbers that moved by one, over those that were taken, are the same', async () => {
  await handle.exec(`
    ALTER TABLE book DROP CONSTRAINT book_author_id_fkey;
    UPDATE author SET id = id + 1000; UPDATE author SET id = id - 999;
    UPDATE book SET author_id = author_id + 1;
    ALTER TABLE book ADD CONSTRAINT book_author_id_fkey FOREIGN KEY (author_id) REFERENCES author;
  `);
  expect(await fixpoints.compare('library')).toMatchObject({ equal: true });
});

it('one that points to another one is not, and it alone is shown', async () => {
  await handle.exec('TRUNCATE author, book, page, reader');
  await handle.exec(state);
  await handle.exec(
    `UPDATE book SET author_id = (SELECT id FROM author WHERE name = 'b') WHERE title = 'a1'`,
  );
  const { equal, changes } = await fixpoints.difference('library');
  expect(equal).toBe(false);
  expect(changes.tables).toMatchObject([
    {
      name: 'book',
      inserted: [],
      deleted: [],
      updated: [{ after: expect.arrayContaining(['a1']) }],
    },
  ]);
});
