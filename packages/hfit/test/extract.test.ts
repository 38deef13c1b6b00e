import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from './desk.js';
import { hfit, type Run, type RunOptions, type StartOptions, shell, startHfit } from './hfit.js';
import { daily, everything, makeShop, planted, type Shop, withFile } from './shop.js';

let folder: string;
let shop: Shop;
let home: string;
let work: string;
let runs = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-extract-'));
  shop = makeShop(folder);
  home = join(folder, 'home');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  runs += 1;
  work = mkdtempSync(join(folder, `work${runs}-`));
  writeFileSync(join(work, 'daily.yaml'), daily);
  writeFileSync(join(work, 'everything.yaml'), everything);
  writeFileSync(join(work, 'with-file.yaml'), withFile);
});

const sources = () => ['--source', `shop=${shop.url}`, '--policy', shop.policy];

function extract(words: readonly string[], options: Partial<RunOptions> = {}): Promise<Run> {
  return hfit(['extract', ...words, ...sources()], { home, cwd: work, ...options });
}

/** The same, as a program of its own. */
function start(words: readonly string[], options: Partial<StartOptions> = {}): Promise<Run> {
  return startHfit(['extract', ...words, ...sources()], { home, cwd: work, ...options });
}

/** What stands in the working folder besides the templates. */
const made = () => readdirSync(work).filter((name) => !name.endsWith('.yaml'));

describe('delivers', () => {
  test('into a database, masked and complete', async () => {
    const run = await extract(['daily.yaml', 'customer=7', '--into', 'sqlite:shop_test.db']);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('251 rows of 2 tables');
    expect(run.stderr).toContain('customers.card');
    expect(rowsOf(join(work, 'shop_test.db'), 'SELECT count(*) AS n FROM orders')).toEqual([
      { n: 250 },
    ]);
    expect(rowsOf(join(work, 'shop_test.db'), 'SELECT id FROM customers')).toEqual([{ id: 7 }]);
    expect(rowsOf(join(work, 'shop_test.db'), 'PRAGMA foreign_key_check')).toEqual([]);
    const bytes = readFileSync(join(work, 'shop_test.db'), 'latin1');
    for (const secret of planted) expect(bytes).not.toContain(secret);
  });

  test('a script to a program that reads, and nothing else', async () => {
    const run = await start(['daily.yaml', '7']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/\nCOMMIT;\n$/);
    expect(run.stdout).not.toContain('warning');
    expect(made()).toEqual([]);
    for (const secret of planted) expect(run.stdout).not.toContain(secret);
  });

  test('a script to a file that the shell opened', async () => {
    const words = ['extract', 'daily.yaml', '7', ...sources()].join(' ');
    const run = await shell(`hfit ${words} > out.sql`, { home, cwd: work });
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(work, 'out.sql'), 'utf8')).toMatch(/\nCOMMIT;\n$/);
  });

  test('a script under the name of the template, where nobody reads', async () => {
    const run = await start(['daily.yaml', '7'], { stdout: 'ignore' });
    expect(run.code).toBe(0);
    expect(made()).toEqual(['daily.sql']);
    expect(statSync(join(work, 'daily.sql')).mode & 0o777).toBe(0o600);
  });

  test.runIf(process.platform === 'linux')('a script to a file, on a terminal', async () => {
    const words = ['extract', 'daily.yaml', '7', ...sources()].join(' ');
    // `script` of util-linux gives its command a terminal.
    const run = await shell(`export -f hfit; script -qec 'bash -c "hfit ${words}"' /dev/null`, {
      home,
      cwd: work,
      env: { SHELL: '/bin/bash', TERM: 'xterm' },
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/daily\.sql {2}[\d.]+ kB/);
    expect(run.stdout).toContain('\x1b[33mwarning');
    expect(run.stdout).not.toContain('INSERT');
    expect(made()).toEqual(['daily.sql']);
  });

  test('a package, where nobody reads and the template has files', async () => {
    const run = await start(['with-file.yaml', '--volume', `papers=${shop.papers}`], {
      stdout: 'ignore',
    });
    expect(run.code).toBe(0);
    expect(made()).toEqual([expect.stringMatching(/^pkg-with-file-\d{8}T\d{6}\.tar\.gz$/)]);
    const list = await shell(`tar tzf ${made()[0]}`, { home, cwd: work });
    expect(list.stdout).toContain('/terms.txt\n');
    expect(list.stdout).toContain('/slice.sql\n');
  });

  test('a package to the file of --out, by its ending', async () => {
    const run = await extract(['daily.yaml', '7', '--out', 'a.tgz', '--json']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ file: 'a.tgz', format: 'package' });
    expect((await shell('gzip -t a.tgz', { home, cwd: work })).code).toBe(0);
  });

  test('a report and nothing else on standard output with --json', async () => {
    const run = await extract(['daily.yaml', '7', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({
      file: 'daily.sql',
      format: 'sql',
      bytes: statSync(join(work, 'daily.sql')).size,
      warnings: [expect.stringContaining('card')],
    });
  });

  test('the same masks with the same key, and others with another', async () => {
    const key = (digit: string) => ({ env: { HFIT_MASKING_KEY: digit.repeat(64) } });
    const one = await extract(['daily.yaml', '7'], key('1'));
    expect((await extract(['daily.yaml', '7'], key('1'))).stdout).toBe(one.stdout);
    expect((await extract(['daily.yaml', '7'], key('2'))).stdout).not.toBe(one.stdout);
    writeFileSync(join(work, 'key.txt'), `${'1'.repeat(64)}\n`);
    const byFile = await extract(['daily.yaml', '7', '--key-file', 'key.txt'], key('2'));
    expect(byFile.stdout).toBe(one.stdout);
    writeFileSync(join(work, 'keys.txt'), `# new\n${'2'.repeat(64)}\n${'1'.repeat(64)}\n`);
    const words = ['daily.yaml', '7', '--key-file', 'keys.txt'];
    const project = await extract(['daily.yaml', '7', '--project', 'other'], key('1'));
    expect(project.code).toBe(0);
    expect(project.stdout).not.toBe(one.stdout);
    const byId = await extract([...words, '--key-id', '815a329779153aef']);
    expect(byId.stdout).toBe(one.stdout);
    const unknown = await extract([...words, '--key-id', '0123456789abcdef']);
    expect(unknown).toMatchObject({ code: 4, stdout: '' });
    expect(unknown.stderr).toContain('error HFIT_MASKING_KEY_UNKNOWN');
  });

  test('with a key of its own, made once and told once', async () => {
    const own = join(work, 'home');
    const first = await extract(['daily.yaml', '7'], { home: own });
    const second = await extract(['daily.yaml', '7'], { home: own });
    expect(first.stderr).toContain(join(own, 'masking.key'));
    expect(second.stderr).not.toContain('masking.key');
    expect(second.stdout).toBe(first.stdout);
    expect(statSync(join(own, 'masking.key')).mode & 0o777).toBe(0o600);
  });

  test('progress on standard error when asked', async () => {
    const run = await extract(['everything.yaml', '--into', 'sqlite:test.db', '--progress']);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('5,020 rows');
  });
});

describe('refuses', () => {
  const template = (text: string) => {
    writeFileSync(join(work, 'bad.yaml'), text);
    return 'bad.yaml';
  };

  test.each([
    ['a missing parameter', ['daily.yaml'], 'HFIT_PARAMETER_MISSING', 2],
    ['an ill-typed one', ['daily.yaml', 'seven'], 'HFIT_PARAMETER_TYPE', 2],
    ['one that would be SQL', ['daily.yaml', '1; drop table orders'], 'HFIT_PARAMETER_TYPE', 2],
    ['an unknown one', ['daily.yaml', '7', 'x=1'], 'HFIT_PARAMETER_UNKNOWN', 2],
    ['one too many', ['daily.yaml', '7', '8'], 'HFIT_PARAMETER_UNKNOWN', 2],
    ['no template', ['no.yaml'], 'HFIT_FILE_UNREADABLE', 2],
    ['an unknown ending', ['daily.yaml', '7', '--out', 'a.zip'], 'HFIT_OUT_FORMAT', 2],
    ['a missing folder', ['daily.yaml', '7', '--out', 'no/a.sql'], 'HFIT_OUT_FILE', 2],
    [
      'two targets',
      ['daily.yaml', '7', '--out', 'a.sql', '--into', 'sqlite:t'],
      'HFIT_OPTIONS_CONFLICT',
      2,
    ],
    ['a broken source', ['daily.yaml', '7', '--source', 'nonsense'], 'HFIT_OPTION_VALUE', 2],
    ['a source twice', ['daily.yaml', '7', '--source', 'shop=sqlite:x'], 'HFIT_OPTION_VALUE', 2],
    [
      'an unknown kind of target',
      ['daily.yaml', '7', '--into', 'oracle://x'],
      'HFIT_DATABASE_URL',
      2,
    ],
    ['an unknown format', ['daily.yaml', '7', '--format', 'zip'], 'HFIT_USAGE', 2],
    ['a missing key file', ['daily.yaml', '7', '--key-file', 'no'], 'HFIT_FILE_UNREADABLE', 2],
    [
      'a target that is no test database',
      ['daily.yaml', '7', '--into', 'sqlite:shop.db'],
      'HFIT_NOT_A_TEST_DATABASE',
      3,
    ],
  ] as const)('%s', async (_, words, code, exitCode) => {
    const run = await extract(words);
    expect(run.stderr).toContain(`error ${code}: `);
    expect(run.stderr).toContain('\n  to do: ');
    expect(run.code).toBe(exitCode);
    expect(made().filter((name) => name !== 'shop.db')).toEqual([]);
  });

  test('several policies: the strictest line wins', async () => {
    writeFileSync(
      join(work, 'house.yaml'),
      'policyVersion: 1\ndatabases: { "*": { "*": { "*": deny } } }\n',
    );
    const words = ['daily.yaml', '7', '--policy', join(work, 'house.yaml')];
    const run = await extract(words);
    expect(run.stderr).toContain('error HFIT_POLICY_FILTER: column shop: orders.customer_id');
  });

  test('no policy', async () => {
    const run = await hfit(['extract', 'daily.yaml', '7'], { home, cwd: work });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('error HFIT_USAGE: ');
  });

  test.each([
    [
      'an unknown field',
      daily.replace('filter:', 'fliter:'),
      'HFIT_TEMPLATE_INVALID',
      /bad\.yaml:\d+:\d+/,
    ],
    [
      'a filter with a second statement',
      daily.replace('customer_id = ${customer}', '1=1; drop table orders'),
      'HFIT_FILTER_SYNTAX',
      /bad\.yaml:\d+:\d+/,
    ],
    [
      'a table that is not there',
      daily.replace('table: orders', 'table: ordrs'),
      'HFIT_TABLE_UNKNOWN',
      /./,
    ],
    ['an unknown source', daily.replace('dbms: shop', 'dbms: shup'), 'HFIT_SOURCE_UNKNOWN', /./],
  ])('%s', async (_, text, code, where) => {
    const run = await extract([template(text), '7']);
    expect(run.stderr).toContain(`error ${code}: `);
    expect(run.stderr).toMatch(where);
    expect(run.code).toBeGreaterThan(1);
    expect(made()).toEqual([]);
  });

  test('but names the way around, which works', async () => {
    const words = ['daily.yaml', '7', '--into', 'sqlite:shop.db'];
    const refused = await extract(words);
    expect(refused.stderr).toContain('--dangerously-allow-any-database');
    expect((await extract([...words, '--dangerously-allow-any-database'])).code).toBe(0);
    expect(rowsOf(join(work, 'shop.db'), 'SELECT count(*) AS n FROM orders')).toEqual([{ n: 250 }]);
  });

  test('with --json as one document', async () => {
    const run = await extract(['daily.yaml', 'seven', '--json']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(run.stderr)).toMatchObject({ code: 'HFIT_PARAMETER_TYPE' });
  });
});

describe('never loads into a source', () => {
  test.each(['own_test.db', 'link_test.db'])('known as %s', async (file) => {
    const own = join(work, 'own_test.db');
    copyFileSync(join(folder, 'production.db'), own);
    symlinkSync('own_test.db', join(work, 'link_test.db'));
    const bytes = readFileSync(own);
    const replacing = everything.replace('table: orders', 'table: orders, create: dropcreate');
    writeFileSync(join(work, 'replacing.yaml'), replacing);
    const words = ['--source', 'shop=sqlite:own_test.db', '--policy', shop.policy];
    const run = await hfit(['extract', 'replacing.yaml', ...words, '--into', `sqlite:${file}`], {
      home,
      cwd: work,
    });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('HFIT_INTO_SOURCE');
    expect(readFileSync(own).equals(bytes)).toBe(true);
  });
});

describe('leaves no half', () => {
  test('of a file on a disk that is full', async () => {
    writeFileSync(join(work, 'all.sql'), 'of yesterday');
    const words = ['extract', 'everything.yaml', '--out', 'all.sql', ...sources()].join(' ');
    // The limit stands for the disk: a file may not grow over 8 blocks.
    const run = await shell(`ulimit -f 8; hfit ${words}`, { home, cwd: work });
    expect(run.stderr).toContain('error HFIT_OUT_FILE: ');
    expect(run.code).toBe(2);
    expect(made()).toEqual(['all.sql']);
    expect(readFileSync(join(work, 'all.sql'), 'utf8')).toBe('of yesterday');
  });

  test('of a database that cannot take the rows', async () => {
    const target = new Sqlite(join(work, 'test.db'));
    target.exec(
      'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, card TEXT)',
    );
    target.exec("INSERT INTO customers VALUES (7, 'mine', NULL, NULL)");
    target.close();
    const run = await extract(['daily.yaml', '7', '--into', 'sqlite:test.db']);
    expect(run.stderr).toContain('error HFIT_LOAD_FAILED: ');
    expect(run.code).toBe(5);
    expect(rowsOf(join(work, 'test.db'), 'SELECT id, name FROM customers')).toEqual([
      { id: 7, name: 'mine' },
    ]);
    expect(
      rowsOf(join(work, 'test.db'), "SELECT name FROM sqlite_master WHERE type = 'table'"),
    ).toEqual([{ name: 'customers' }]);
  });

  test('when the program that reads ends early, and says nothing about it', async () => {
    const words = ['extract', 'everything.yaml', ...sources()].join(' ');
    const run = await shell(
      `hfit ${words} 2>err.txt | head -c 10 >/dev/null; exit \${PIPESTATUS[0]}`,
      {
        home,
        cwd: work,
      },
    );
    expect(run.code).toBe(141);
    expect(readFileSync(join(work, 'err.txt'), 'utf8')).not.toContain('error');
  });
});
