import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from './desk.js';
import { builtHfit } from './hfit.js';

let folder: string;
let file: string;
let module: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-factory-'));
  file = join(folder, 'shop_test.db');
  new Sqlite(file)
    .exec(
      `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL CHECK (age > 17));
       CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id))`,
    )
    .close();
});
beforeAll(() => {
  const factory = fileURLToPath(new URL('../../factory/dist/index.js', import.meta.url));
  module = join(folder, 'factories.mjs');
  writeFileSync(
    module,
    `import { tableFactory } from ${JSON.stringify(factory)};
     export const user = tableFactory('users', { name: 'Ada' }).trait('young', { age: 3 });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: string[]) =>
  builtHfit(words, { home: join(folder, 'home'), env: { HFIT_DATABASE: `sqlite:${file}` } });

test('lint tells the traits that make no row, and puts the database back', async () => {
  const found = await run('factory', 'lint', module);
  expect(found).toMatchObject({ code: 1, stderr: '' });
  expect(found.stdout).toMatch(/users +young +create/);
  expect(found.stdout).toContain('Tried: 3 ways to make a row, of which 1 fail.');
  expect(rowsOf(file, 'SELECT * FROM users')).toEqual([]);
  expect(await run('factory', 'lint', 'nowhere.mjs')).toMatchObject({ code: 2 });
});

test('seed fills tables, and tells the seed that makes the same rows', async () => {
  const made = await run('seed', '--rows', 'orders=20', '--seed', '7');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('Made: 22 rows.');
  expect(made.stdout).toContain('--seed 7');
  expect(rowsOf(file, 'SELECT * FROM orders')).toHaveLength(20);
  expect(rowsOf(file, 'SELECT * FROM users WHERE age > 17')).toHaveLength(2);
  const wrong = await run('seed', '--rows', 'orders');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('HFIT_SEED_ROWS');
  const twice = await run('seed', '--rows', 'orders=1', '--rows', 'orders=2');
  expect(twice).toMatchObject({ code: 2, stdout: '' });
});

test('seed makes rows by the factories of the project', async () => {
  const made = await run('seed', '--rows', 'users=3', '--factories', module);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(rowsOf(file, "SELECT * FROM users WHERE name = 'Ada'")).toHaveLength(3);
  const lost = await run('seed', '--rows', 'users=3', '--factories', 'nowhere.mjs');
  expect(lost).toMatchObject({ code: 2, stdout: '' });
});
