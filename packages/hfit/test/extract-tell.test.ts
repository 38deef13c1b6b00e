import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from './desk.js';
import { hfit } from './hfit.js';
import { documentOf, inside } from './inside.js';
import { makeShop, type Shop } from './shop.js';

const template = `hfitVersion: 1
templateName: customer
exports:
  slice.sql:
    type: subset
    data: { dbms: shop, table: customers, filter: "id = 7", children: { depth: 1, limit: 3 } }
`;

let folder: string;
let shop: Shop;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-tell-'));
  shop = makeShop(folder);
  writeFileSync(join(folder, 'customer.yaml'), template);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const extract = (...words: string[]) => {
  const given = ['--source', `shop=${shop.url}`, '--policy', shop.policy];
  return hfit(['extract', 'customer.yaml', ...given, ...words], {
    home: join(folder, 'home'),
    cwd: folder,
  });
};

test('--explain tells why a row comes, and delivers nothing', async () => {
  const run = await extract('--explain', 'orders:6');
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout.replace(/ +$/gm, '')).toBe(
    'customers id=7  start of slice.sql\n└ orders id=6   children of customers, by (customer_id)\n',
  );
  const all = JSON.parse((await extract('--explain', 'all', '--json')).stdout);
  expect(all.chains).toHaveLength(4);
});

test('--estimate tells how much will come', async () => {
  const limits = ['--source-limit', 'statement=60', '--source-limit', 'idle=none'];
  const run = await extract('--estimate', '--json', ...limits);
  expect(JSON.parse(run.stdout)).toMatchObject({ rows: 4, bytes: expect.any(Number) });
  expect((await extract('--estimate')).stdout).toMatch(
    /About 4 rows and .* made from averages .* several times as much\nmay come/s,
  );
});

test('--max-rows stops it before a word is out, and says what most rows came for', async () => {
  for (const more of [[], ['--into', 'sqlite:shop_test.db']]) {
    const run = await extract('--max-rows', '2', ...more);
    expect(run).toMatchObject({ stdout: '' });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('3 rows of orders: children of customers, by (customer_id)');
  }
  expect(rowsOf(join(folder, 'shop_test.db'), 'SELECT name FROM sqlite_schema')).toEqual([]);
});

test('--source-limit takes a limit that there is, and seconds', async () => {
  const run = await extract('--source-limit', 'lock=0');
  expect(run).toMatchObject({ stdout: '', code: 2 });
  expect(run.stderr).toMatch(/HFIT_OPTION_VALUE: .*lock=0.*statement, lock, idle/);
});

test('what no masker could read is told when it has become NULL', async () => {
  const home = join(folder, 'home');
  const policy = join(folder, 'json.yaml');
  const text = readFileSync(shop.policy, 'utf8');
  writeFileSync(policy, text.replace('note: "null"', 'note: { mask: json, paths: { $.a: keep } }'));
  const given = ['--source', `shop=${shop.url}`, '--policy', policy];
  const run = (...words: string[]) =>
    documentOf(['extract', join(folder, 'customer.yaml'), ...given, ...words], { home });
  const file = join(folder, 'slice.tar.gz');
  for (const to of [`--out=${file}`, `--out=${file}.sql`, '--into=sqlite::memory:']) {
    expect(await run(to)).toMatchObject({
      warnings: expect.arrayContaining([
        'shop: orders.note: json could not read 3 values, which became NULL',
      ]),
    });
  }
  const report = await inside(['verify', file], { home });
  expect(report?.text).toMatch(/^ {4}NULL {5}note in 3 rows, which no masker could read$/m);
  expect(report?.exitCode).toBe(0);
});

test('--workers takes a number of threads, and so does HFIT_WORKERS', async () => {
  const run = (env: Record<string, string>, ...words: string[]) => {
    const given = ['--source', `shop=${shop.url}`, '--policy', shop.policy, '--estimate'];
    const home = join(folder, 'home');
    return inside(['extract', join(folder, 'customer.yaml'), ...given, ...words], { home, env });
  };
  expect(await run({ HFIT_WORKERS: '' }, '--workers', '2')).toMatchObject({
    document: { rows: 4 },
  });
  const refused = (option: string, value: string) => ({
    code: 'HFIT_OPTION_VALUE',
    message: expect.stringMatching(`${option}.*${value}.* no whole number from 1 to 64`),
  });
  for (const wrong of ['0', '65', 'two']) {
    await expect(run({}, '--workers', wrong)).rejects.toMatchObject(refused('--workers', wrong));
    const env = { HFIT_WORKERS: wrong };
    await expect(run(env)).rejects.toMatchObject(refused('HFIT_WORKERS', wrong));
    // What is typed goes before what is set.
    expect(await run(env, '--workers', '1')).not.toBeNull();
  }
});

test('--maskers brings maskers that the policy names', async () => {
  const keeps = '{ unique: false, length: false, format: true, order: false, referential: true }';
  writeFileSync(
    join(folder, 'plates.mjs'),
    `export const plate = { name: 'plate', about: '', kinds: ['text'], keeps: ${keeps},
       options: {}, bind: () => (value, draw) => 'HF-' + (draw()[0] >>> 0) };`,
  );
  writeFileSync(join(folder, 'none.mjs'), 'export const other = 1;');
  const policy = readFileSync(shop.policy, 'utf8').replace('name: personName', 'name: plate');
  writeFileSync(join(folder, 'plates.yaml'), policy);
  const run = (...words: string[]) =>
    hfit(
      [
        'extract',
        'customer.yaml',
        '--source',
        `shop=${shop.url}`,
        '--policy',
        'plates.yaml',
        ...words,
      ],
      { home: join(folder, 'home'), cwd: folder },
    );
  const brought = await run('--maskers', 'plates.mjs', '--out', 'plates.sql');
  const none = await run('--maskers', 'none.mjs', '--out', 'none.sql');
  const unknown = await run('--out', 'none.sql');
  expect(brought).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'plates.sql'), 'utf8')).toMatch(/'HF-\d+'/);
  expect(none.stderr).toContain('exports no masker');
  expect(unknown.stderr).toContain('plate');
  expect(unknown.code).not.toBe(0);
});
