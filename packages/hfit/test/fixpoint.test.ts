import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from './desk.js';
import { hfit } from './hfit.js';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-fixpoint-'));
  file = join(folder, 'shop_test.db');
  write(`CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, seen TEXT);
         INSERT INTO users (name, seen) VALUES ('Tom', '10:00')`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (sql: string) => {
  const database = new Sqlite(file);
  database.exec(sql);
  database.close();
};
const run = (words: string, env: Record<string, string> = {}) =>
  hfit(['fixpoint', ...words.split(' ')], {
    home: join(folder, 'home'),
    cwd: folder,
    env: { HFIT_DATABASE: `sqlite:${file}`, ...env },
  });
const good = async (words: string) => {
  const { code, stdout, stderr } = await run(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

test('stores, restores and compares, and tells of chains', async () => {
  expect(await good('store registered')).toBe('Stored: fixpoints/registered.yaml\n');
  expect(await good('store registered --unless-present')).toBe('registered is there already.\n');
  expect(await good('restore registered')).toMatch(/^Restored registered, as a whole: /);
  write(`INSERT INTO users (name) VALUES ('Ann'); UPDATE users SET seen = '11:00' WHERE id = 1`);
  const differs = await run('compare registered --html page.html');
  expect(differs).toMatchObject({ code: 1, stderr: '' });
  expect(differs.stdout).toContain('+ id 2  name Ann');
  expect(differs.stdout).toMatch(/It is not at registered\.\n$/);
  expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('Ann');
  const json = await run('compare registered --ignore users.seen --json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    equal: false,
    by: 'log',
    changes: { tables: [{ table: 'users', inserted: [{ id: 2 }], updated: [] }] },
  });
  await good('store posted --parent registered');
  expect(await good('compare posted')).toBe('The database is at posted.\n');
  expect(await good('restore registered')).toBe('Restored registered, by the change log.\n');
  expect(rowsOf(file, 'SELECT name FROM users')).toHaveLength(1);
  expect(await good('show posted')).toMatch(/posted, on registered: .*\n\nTABLE +ADDED +CHANGED/);
  expect(JSON.parse(await good('show posted --json'))).toMatchObject({
    parent: { name: 'registered' },
    tables: [{ added: [{ name: 'Ann' }], changed: [{ key: { id: 1 }, to: { seen: '11:00' } }] }],
  });
  expect(await good('list')).toBe('posted\nregistered\n');
  expect(await good('tree')).toBe('registered\n└─ posted\n');
  expect(await good('verify')).toBe('All is well with 2 fixpoints.\n');
  write(`UPDATE users SET name = 'Tom R'`);
  expect(await good('compare registered --update')).toContain(
    'Accepted: fixpoints/registered.yaml',
  );
  const wrong = await run('verify');
  expect(wrong).toMatchObject({ code: 1, stderr: '' });
  expect(wrong.stdout).toContain('Record again in this order: posted');
  expect(await run('restore posted')).toMatchObject({ code: 5 });
  expect(await good('rebase')).toBe('Moved: posted\n');
  expect(await good('restore posted')).toMatch(/^Restored posted, /);
  expect(rowsOf(file, 'SELECT name FROM users')).toEqual([{ name: 'Tom R' }, { name: 'Ann' }]);
  expect(await good('remove posted')).toBe('Removed posted.\n');
});

test.each([
  ['store ../x', {}, 'HFIT_FIXPOINT_NAME', 2],
  ['store x', { CI: 'true' }, 'HFIT_FIXPOINT_CI', 3],
  ['compare nowhere', { CI: 'true' }, 'To run: hfit fixpoint store nowhere', 4],
  ['restore x', { HFIT_DATABASE: 'sqlite:shop.db' }, 'HFIT_NOT_A_TEST_DATABASE', 3],
  ['store x --parent nope --dir some', {}, 'To run: hfit fixpoint store nope --dir some\n', 4],
  [
    'store x --parent p --dir some --exclude-table users',
    { CI: 'true' },
    'To run: hfit fixpoint store x --parent p --dir some --exclude-table users\n',
    3,
  ],
  ['rebase', { CI: 'true' }, 'To run: hfit fixpoint rebase --dir fixpoints\n', 3],
  ['remove x', { CI: 'true' }, '"x" would be removed', 3],
  ['verify --dir typo', {}, 'HFIT_FIXPOINT_NO_FOLDER', 4],
  ['import nowhere --from gem', {}, 'no nowhere.yml is in gem', 4],
])('hfit fixpoint %s with %j is refused: %s', async (words, env, text, exitCode) => {
  if ('HFIT_DATABASE' in env)
    new Sqlite(join(folder, 'shop.db')).exec('CREATE TABLE t (id)').close();
  const { code, stdout, stderr } = await run(words, env);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(text);
});
