import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rowsOf, useDesk } from './desk.js';
import { documentOf, inside } from './inside.js';
import { planted } from './shop.js';

const desk = useDesk();

test('prepare makes a folder of which git takes YAML alone', async () => {
  expect(await desk.good(['prepare'])).toEqual({ folder: 'hfit-data', made: true });
  const ignored = readFileSync(join(desk.work, 'hfit-data/.gitignore'), 'utf8');
  expect(ignored.split('\n')).toEqual(expect.arrayContaining(['*', '!*.yaml', '!*.yml']));
  writeFileSync(join(desk.work, 'hfit-data/.gitignore'), 'mine\n');
  expect(await desk.good(['prepare'])).toEqual({ folder: 'hfit-data', made: false });
  expect(readFileSync(join(desk.work, 'hfit-data/.gitignore'), 'utf8')).toBe('mine\n');
});

test('local-i create proposes a target, and leaves one that is there alone', async () => {
  const file = join(desk.work, 'hfit-data/me.yaml');
  const words = ['local-i', 'create', file, 'extract-from', 'daily', 'with-file'];
  expect(await documentOf(words, desk)).toEqual({ file, templates: ['daily', 'with-file'] });
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('  shop: "sqlite:shop_test.db"\n');
  expect(text).toContain('  papers: "volumes/papers"\n');
  expect(text).toMatch(/^ {2}daily:\n {4}customer: # integer$/m);
  await expect(inside(words, desk)).rejects.toMatchObject({ code: 'HFIT_OUT_FILE' });
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('local-i run-on fills the local database and folders, again and again', async () => {
  mkdirSync(join(desk.work, 'hfit-data'));
  const database = join(desk.work, 'shop_test.db');
  const target = `hfitTarget: 1
databases: { shop: "sqlite:\${SHOP_FILE}" }
volumes: { papers: papers }
templates: { daily: { customer: 7 } }
`;
  const file = join(desk.work, 'hfit-data/me.yaml');
  writeFileSync(file, target);
  const options = { home: desk.home, env: { SHOP_FILE: database } };
  const count = () => rowsOf(database, 'SELECT count(*) AS n FROM orders');
  const run = (...words: string[]) => documentOf(['local-i', 'run-on', file, ...words], options);
  await run('with-file');
  expect(count()).toEqual([{ n: 10 }]);
  const paper = join(desk.work, 'hfit-data/papers/terms.txt');
  expect(readFileSync(paper, 'utf8')).toBe('terms of 2026\n');
  expect(await run('daily')).toMatchObject({ databases: { shop: { rows: 251 } }, files: [] });
  expect(count()).toEqual([{ n: 250 }]);
  for (const secret of planted) expect(readFileSync(database, 'latin1')).not.toContain(secret);
  // What is typed goes before what the file says.
  expect(await run('daily', 'customer=8')).toMatchObject({ databases: { shop: { rows: 251 } } });
  const names = ['daily.tar.gz', 'me.yaml', 'papers', 'with-file.tar.gz'];
  expect(readdirSync(join(desk.work, 'hfit-data')).sort()).toEqual(names);
  // Without a server, too.
  const away = { ...options, env: { ...options.env, HFIT_HOST: 'http://127.0.0.1:9' } };
  const again = ['local-i', 'run-on', file, 'with-file', '--no-download'];
  expect(await documentOf(again, away)).toMatchObject({ files: [paper] });
  expect(count()).toEqual([{ n: 10 }]);
});

test.each([
  [
    'no test database',
    'databases: { shop: "sqlite:/nowhere/shop.db" }',
    'HFIT_NOT_A_TEST_DATABASE',
  ],
  ['no database for a source', 'databases: {}\nvolumes: { papers: x }', 'HFIT_TARGET_MISSING'],
  ['no folder for a volume', 'databases: { shop: "sqlite::memory:" }', 'HFIT_TARGET_MISSING'],
  ['a field that nobody knows', 'colour: red', 'HFIT_TARGET_INVALID'],
  ['a variable that is not set', 'databases: { shop: "${NOWHERE}" }', 'HFIT_TARGET_INVALID'],
])('local-i run-on refuses %s, and writes nothing', async (_, lines, code) => {
  const file = join(desk.work, 'me.yaml');
  writeFileSync(file, `hfitTarget: 1\n${lines}\n`);
  const run = inside(['local-i', 'run-on', file, 'with-file'], desk);
  await expect(run).rejects.toMatchObject({ code });
  expect(readdirSync(desk.work).filter((name) => name !== 'with-file.tar.gz')).toEqual(['me.yaml']);
});
