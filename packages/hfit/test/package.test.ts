import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from './desk.js';
import { hfit, type RunOptions, shell } from './hfit.js';
import { daily, everything, makeShop, planted, type Shop } from './shop.js';

let folder: string;
let shop: Shop;
const run = (words: readonly string[], options: Partial<RunOptions> = {}) =>
  hfit(words, { home: join(folder, 'home'), cwd: folder, ...options });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-package-test-'));
  shop = makeShop(folder);
  writeFileSync(join(folder, 'daily.yaml'), daily);
  writeFileSync(join(folder, 'everything.yaml'), everything);
  const words = ['extract', 'daily.yaml', '7', '--source', `shop=${shop.url}`];
  const made = await run([...words, '--policy', shop.policy, '--out', 'daily.tar.gz']);
  expect(made).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a package is verified, for a person and for a program', async () => {
  const told = await run(['verify', 'daily.tar.gz']);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(/^package {6}pkg-daily-\d{8}T\d{6}\n/);
  expect(told.stdout).toMatch(/\nok {3}foreign keys {3}1 foreign key looked at in all rows\n/);
  expect(told.stdout).toMatch(/\nPASSED: 7 checks\n$/);
  // All that was on the disk while it was made is in it.
  const bytes = gunzipSync(readFileSync(join(folder, 'daily.tar.gz'))).toString('latin1');
  for (const secret of planted) expect(bytes).not.toContain(secret);
  const stranger = await run(['verify', 'daily.tar.gz', '--json'], { home: join(folder, 'other') });
  expect(stranger.code).toBe(1);
  const report = JSON.parse(stranger.stdout);
  expect(report.checks.filter((it: { passed: boolean }) => !it.passed)).toMatchObject([
    { name: 'signature', detail: expect.stringContaining('no key was given') },
  ]);
});

test('a stranger takes it by the public key, and loads it', async () => {
  const key = await run(['public-key']);
  writeFileSync(join(folder, 'ann.pub'), key.stdout);
  const home = join(folder, 'other');
  const refused = await run(['load', 'daily.tar.gz', '--into', 'sqlite:a_test.db'], { home });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('HFIT_PACKAGE_SIGNATURE');
  const line = 'cat daily.tar.gz | hfit load - --into sqlite:a_test.db --key ann.pub';
  const loaded = await shell(line, { home, cwd: folder });
  expect(loaded).toMatchObject({ code: 0 });
  expect(loaded.stdout).toContain('251 rows of 2 tables');
  const target = join(folder, 'a_test.db');
  expect(rowsOf(target, 'SELECT count(*) AS n FROM orders')).toEqual([{ n: 250 }]);
  expect(rowsOf(target, 'PRAGMA foreign_key_check')).toEqual([]);
  for (const secret of planted) expect(readFileSync(target, 'latin1')).not.toContain(secret);

  const again = await run(['load', 'daily.tar.gz', '--into', 'sqlite:a_test.db']);
  expect(again.code).toBe(5);
  expect(again.stderr).toContain('HFIT_LOAD_EXISTING');
  const moved = await run(['load', 'daily.tar.gz', '--into', 'sqlite:a_test.db', '--shift-keys']);
  expect(moved.stdout).toContain('customers.id was moved by 7');
  expect(rowsOf(target, 'SELECT id FROM customers')).toEqual([{ id: 7 }, { id: 14 }]);
});

test.each([
  ['cut', 'HFIT_PACKAGE_CUT'],
  ['changed', 'HFIT_PACKAGE_FORMAT'],
])('what was %s is not loaded, and nothing is made', async (what, code) => {
  const bytes = readFileSync(join(folder, 'daily.tar.gz'));
  bytes.fill(1, 900, 950);
  const path = join(folder, `${what}.tar.gz`);
  writeFileSync(path, what === 'cut' ? readFileSync(join(folder, 'daily.tar.gz')) : bytes);
  if (what === 'cut') truncateSync(path, 2000);
  const refused = await run(['load', path, '--into', 'sqlite:b_test.db']);
  expect(refused.stderr).toContain(code);
  expect(readdirSync(folder)).not.toContain('b_test.db');
});

test('a disk that is full while it is made or unpacked leaves nothing, and no original', async () => {
  const spool = mkdtempSync(join(folder, 'spool-'));
  const options = { home: join(folder, 'home'), cwd: folder, env: { TMPDIR: spool } };
  const words = `extract everything.yaml --source shop=${shop.url} --policy ${shop.policy}`;
  // What SIGXFSZ would end goes on with EFBIG: Node ignores that signal.
  const full = await shell(`ulimit -f 40; hfit ${words} --out full.tar.gz`, options);
  expect(full.code).toBe(6);
  expect(full.stderr).toContain('HFIT_PACKAGE_DISK');
  expect(readdirSync(spool)).toEqual([]);
  expect(readdirSync(folder).filter((it) => it.includes('full'))).toEqual([]);
});

test('the page of packages does what it says', async () => {
  const page = readFileSync(new URL('../../../docs/packages.md', import.meta.url), 'utf8');
  const work = mkdtempSync(join(folder, 'page-'));
  const its = makeShop(work);
  writeFileSync(join(work, 'daily.yaml'), daily);
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines]) => lines as string);
  const options = { home: join(work, 'home'), cwd: work };
  const lines = blocks.join('').trim();
  expect(its.policy).toBe(join(work, 'policy.yaml'));
  const done = await shell(`set -e\n${lines}`, options);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const [, report] = /<!-- report -->\n```\n([\s\S]*?)```/.exec(page) ?? [];
  expect(withoutWhatDiffers(done.stdout)).toContain(report);
});

/** Times, keys and sizes are of their run. */
function withoutWhatDiffers(text: string): string {
  return text
    .replace(/pkg-daily-\w+/, 'pkg-daily-TIME')
    .replace(/^(made {9}).*/m, '$1WHEN by WHO')
    .replace(/\([\da-f]{12}\)/g, '(DIGEST)')
    .replace(/\b[\da-f]{16}\b/g, 'KEY')
    .replace(/\d+ bytes/, 'BYTES bytes');
}
