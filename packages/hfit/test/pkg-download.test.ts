import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { rowsOf, useDesk } from './desk.js';
import { shell } from './hfit.js';
import { planted } from './shop.js';

const desk = useDesk();

describe('pkg-download', () => {
  test('loads into a database, masked and complete', async () => {
    const words = ['pkg-download', 'daily', 'customer=7', '--into', 'sqlite:shop_test.db'];
    const report = await desk.good(words);
    expect(report).toMatchObject({ rows: 251, warnings: [expect.stringContaining('card')] });
    expect(rowsOf(join(desk.work, 'shop_test.db'), 'SELECT count(*) AS n FROM orders')).toEqual([
      { n: 250 },
    ]);
    expect(rowsOf(join(desk.work, 'shop_test.db'), 'PRAGMA foreign_key_check')).toEqual([]);
    const bytes = readFileSync(join(desk.work, 'shop_test.db'), 'latin1');
    for (const secret of planted) expect(bytes).not.toContain(secret);
  });

  test('gives a script to a program that reads, and warnings beside it', async () => {
    const { code, stdout, stderr } = await desk.run(['pkg-download', 'daily', '7']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nCOMMIT;\n$/);
    expect(stderr).toContain('card');
    for (const secret of planted) expect(stdout).not.toContain(secret);
    const target = new Sqlite(':memory:');
    target.exec(stdout.replace(/^\..*\n/gm, ''));
    expect(target.prepare('SELECT count(*) AS n FROM orders').all()).toEqual([{ n: 250 }]);
  });

  test('writes the script under the name of the template, where nobody reads', async () => {
    const done = await desk.start(['pkg-download', 'daily', '7'], { stdout: 'ignore' });
    expect(done.code).toBe(0);
    expect(readdirSync(desk.work)).toEqual(['daily.sql']);
  });

  test('writes the package under its own name, where there are files', async () => {
    const done = await desk.start(['pkg-download', 'with-file'], { stdout: 'ignore' });
    expect(done.code).toBe(0);
    const [name] = readdirSync(desk.work);
    expect(name).toMatch(/^pkg-with-file-.*\.tar\.gz$/);
    const { stdout } = await shell(`tar xzOf '${name}' --wildcards '*/terms.txt'`, {
      home: desk.home,
      cwd: desk.work,
    });
    expect(stdout).toBe('terms of 2026\n');
  });

  test('warns where files have no place', async () => {
    const left = expect.stringContaining('--format package');
    const words = ['pkg-download', 'with-file'];
    expect((await desk.good([...words, '--out', 'a.sql'])).warnings).toContainEqual(left);
    expect((await desk.good([...words, '--into', 'sqlite:test.db'])).warnings).toContainEqual(left);
    expect((await desk.good([...words, '--out', 'a.tgz'])).warnings).not.toContainEqual(left);
  });

  test('writes what --out names', async () => {
    expect(await desk.good(['pkg-download', 'daily', '7', '--out', 'a.tar.gz'])).toMatchObject({
      file: 'a.tar.gz',
      format: 'package',
    });
    expect((await shell('gzip -t a.tar.gz', { home: desk.home, cwd: desk.work })).code).toBe(0);
  });

  test.each([
    ['an unknown template', ['no'], 'HFIT_TEMPLATE_UNKNOWN', 4],
    ['a missing parameter', ['daily'], 'HFIT_PARAMETER_MISSING', 2],
    ['an ill-typed one', ['daily', 'seven'], 'HFIT_PARAMETER_TYPE', 2],
    ['one that would be SQL', ['daily', '1 OR 1=1'], 'HFIT_PARAMETER_TYPE', 2],
    ['an unknown one', ['daily', '7', 'x=1'], 'HFIT_PARAMETER_UNKNOWN', 2],
    ['a missing folder', ['daily', '7', '--out', 'no/a.sql'], 'HFIT_OUT_FILE', 2],
    ['no test database', ['daily', '7', '--into', 'sqlite:shop.db'], 'HFIT_NOT_A_TEST_DATABASE', 3],
  ] as const)('refuses %s', async (_, words, code, exitCode) => {
    expect(await desk.bad(['pkg-download', ...words])).toMatchObject({ code, exitCode });
    expect(readdirSync(desk.work).filter((name) => name !== 'shop.db')).toEqual([]);
  });
});
