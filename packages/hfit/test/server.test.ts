import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTo, createServer as createProxy } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hfit, type Run, type RunOptions, shell } from './hfit.js';
import { makeKey, type Server, startServer } from './server.js';
import { daily, everything, makeShop, planted, withFile } from './shop.js';

let folder: string;
let server: Server;
let home: string;
let work: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-server-'));
  server = await startServer(folder, makeShop(folder));
  home = join(folder, 'home');
  const { daemon, email, key } = server;
  await good(['config', daemon.url, email, key]);
  for (const [name, text] of Object.entries({ daily, everything, 'with-file': withFile })) {
    writeFileSync(join(folder, `${name}.yaml`), text);
    await good(['pkg-tmpl', 'create', join(folder, `${name}.yaml`)]);
  }
});
afterAll(async () => {
  await server?.daemon.stop(0);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  work = mkdtempSync(join(folder, 'work-'));
});

function run(words: readonly string[], options: Partial<RunOptions> = {}): Promise<Run> {
  return hfit(words, { home, cwd: work ?? folder, ...options });
}

/** Runs a command that has to succeed, and gives its JSON. */
async function good(words: readonly string[], options: Partial<RunOptions> = {}) {
  const { code, stdout, stderr } = await run([...words, '--json'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Runs a command that has to fail, and gives its error. */
async function bad(words: readonly string[], options: Partial<RunOptions> = {}) {
  const { code, stdout, stderr } = await run([...words, '--json'], options);
  expect(stdout).toBe('');
  return { exitCode: code, ...JSON.parse(stderr) };
}

function rowsOf(file: string, sql: string): unknown[] {
  const database = new Sqlite(join(work, file), { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe('config and login', () => {
  test('are kept in a folder for their user alone', async () => {
    const login = await good(['login']);
    expect(login).toMatchObject({ email: server.email, host: server.daemon.url });
    expect(await good(['config'])).toEqual({
      host: server.daemon.url,
      email: server.email,
      key: server.key,
    });
    expect(statSync(home).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(home)) {
      expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('a token that is missing, expired or broken is made anew', async () => {
    const token = join(home, 'token');
    rmSync(token, { force: true });
    await good(['dbmss']);
    const kept = JSON.parse(readFileSync(token, 'utf8'));
    writeFileSync(token, JSON.stringify({ ...kept, expiresAt: '2020-01-01T00:00:00Z' }));
    await good(['dbmss']);
    writeFileSync(token, JSON.stringify({ ...kept, token: 'nonsense' }));
    await good(['dbmss']);
    expect(JSON.parse(readFileSync(token, 'utf8')).token).not.toBe('nonsense');
  });

  test('a key that the server does not know is refused, as a user is that it does not know', async () => {
    const stranger = makeKey(work, 'stranger');
    const other = { home: join(work, 'home') };
    for (const email of [server.email, 'nobody@example.com']) {
      await good(['config', server.daemon.url, email, stranger], other);
      expect(await bad(['login'], other)).toMatchObject({
        code: 'HFIT_LOGIN_REFUSED',
        exitCode: 3,
      });
      expect(await bad(['dbmss'], other)).toMatchObject({
        code: 'HFIT_LOGIN_REFUSED',
        exitCode: 3,
      });
    }
  });

  test('a key that is gone tells to log in', async () => {
    const other = { home: join(work, 'home') };
    const key = makeKey(work, 'gone');
    await good(['config', server.daemon.url, server.email, key], other);
    rmSync(key);
    expect(await bad(['dbmss'], other)).toMatchObject({
      code: 'HFIT_NOT_LOGGED_IN',
      where: key,
      exitCode: 3,
    });
  });

  test('a new server does not get the token of the old one', async () => {
    const other = { home: join(work, 'home') };
    await good(['config', server.daemon.url, server.email, server.key], other);
    await good(['login'], other);
    const seen: (string | undefined)[] = [];
    const thief = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"challenge": "hello", "expires_at": ""}');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const { port } = thief.address() as AddressInfo;
    // As if somebody had edited the file.
    const config = JSON.parse(readFileSync(join(other.home, 'config'), 'utf8'));
    writeFileSync(
      join(other.home, 'config'),
      JSON.stringify({ ...config, host: `http://127.0.0.1:${port}` }),
    );
    expect(await bad(['dbmss'], other)).toMatchObject({ code: 'HFIT_CHALLENGE_UNEXPECTED' });
    expect(seen).toEqual([undefined]);
    await new Promise((resolve) => thief.close(resolve));
  });

  test.each([
    ['no key', (at: string) => join(at, 'none'), 'HFIT_KEY_FILE'],
    ['the public half', () => `${server.key}.pub`, 'HFIT_KEY_PUBLIC'],
    ['another file', () => join(folder, 'daily.yaml'), 'HFIT_KEY_FORMAT'],
  ])('%s gives %s at once', async (_, key, code) => {
    const other = { home: join(work, 'home') };
    const failure = await bad(['config', server.daemon.url, server.email, key(work)], other);
    expect(failure).toMatchObject({ code, exitCode: 2 });
    expect(readdirSync(work)).toEqual([]);
  });

  test('a server that is down', async () => {
    const other = { home: join(work, 'home') };
    await good(['config', 'http://127.0.0.1:9', server.email, server.key], other);
    expect(await bad(['login'], other)).toMatchObject({
      code: 'HFIT_SERVER_UNREACHABLE',
      exitCode: 6,
    });
  });
});

describe('lists', () => {
  test('dbmss, dbs and tables', async () => {
    expect(await good(['dbmss'])).toEqual({ dbmss: [{ name: 'shop', dialect: 'sqlite' }] });
    expect(await good(['dbs', 'shop'])).toEqual({ dbs: ['main'] });
    const { tables } = await good(['tables', 'shop', 'main']);
    expect(tables.map(({ name }: { name: string }) => name)).toEqual(['customers', 'orders']);
    const { stdout } = await run(['tables', 'shop', 'main', '--columns']);
    expect(stdout).toMatch(/^customers +email +TEXT +yes +email$/m);
    expect(stdout).toMatch(/^customers +card +TEXT +yes +deny$/m);
    expect((await run(['tables', 'shop', 'main'])).stdout).toMatch(/^customers +id +1 +2 +1$/m);
  });

  test('what does not exist', async () => {
    expect(await bad(['dbs', 'shup'])).toMatchObject({ code: 'HFIT_SOURCE_UNKNOWN', exitCode: 4 });
    expect(await bad(['dbs', '..'])).toMatchObject({ code: 'HFIT_NAME_INVALID', exitCode: 2 });
    expect(await bad(['tables', 'shop', 'no'])).toMatchObject({ exitCode: 4 });
  });
});

describe('templates', () => {
  test('are created, shown, replaced, listed and deleted', async () => {
    const file = join(work, 'mine.yaml');
    writeFileSync(file, daily.replace('templateName: daily', 'templateName: mine'));
    expect(await good(['pkg-tmpl', 'create', file])).toEqual({ name: 'mine' });
    expect(await bad(['pkg-tmpl', 'create', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_EXISTS',
      exitCode: 5,
    });
    writeFileSync(file, readFileSync(file, 'utf8').replace('Orders', 'All orders'));
    expect(await good(['pkg-tmpl', 'update', file])).toEqual({ name: 'mine' });
    expect((await run(['pkg-tmpl', 'show', 'mine'])).stdout).toBe(readFileSync(file, 'utf8'));
    const { stdout } = await run(['pkg-tmpl', 'list']);
    expect(stdout).toMatch(/^mine +customer +\d{4}-\d\d-\d\d \d\d:\d\d +All orders/m);
    expect(await good(['pkg-tmpl', 'delete', 'mine'])).toEqual({ name: 'mine' });
    for (const command of ['show', 'delete']) {
      expect(await bad(['pkg-tmpl', command, 'mine'])).toMatchObject({
        code: 'HFIT_TEMPLATE_UNKNOWN',
        exitCode: 4,
      });
    }
    expect(await bad(['pkg-tmpl', 'update', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_UNKNOWN',
    });
  });

  test('with a mistake are told with file, line and column, and not sent', async () => {
    const file = join(work, 'wrong.yaml');
    writeFileSync(file, daily.replace('templateName: daily', 'templateName: wrong\ncolour: red'));
    expect(await bad(['pkg-tmpl', 'create', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_INVALID',
      where: `${file}:3:1`,
      exitCode: 2,
    });
  });
});

describe('pkg-download', () => {
  test('loads into a database, masked and complete', async () => {
    const words = ['pkg-download', 'daily', 'customer=7', '--into', 'sqlite:shop_test.db'];
    const report = await good(words);
    expect(report).toMatchObject({ rows: 251, warnings: [expect.stringContaining('card')] });
    expect(rowsOf('shop_test.db', 'SELECT count(*) AS n FROM orders')).toEqual([{ n: 250 }]);
    expect(rowsOf('shop_test.db', 'PRAGMA foreign_key_check')).toEqual([]);
    const bytes = readFileSync(join(work, 'shop_test.db'), 'latin1');
    for (const secret of planted) expect(bytes).not.toContain(secret);
  });

  test('gives a script to a program that reads, and warnings beside it', async () => {
    const { code, stdout, stderr } = await run(['pkg-download', 'daily', '7']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nCOMMIT;\n$/);
    expect(stderr).toContain('card');
    for (const secret of planted) expect(stdout).not.toContain(secret);
    const target = new Sqlite(':memory:');
    target.exec(stdout.replace(/^\..*\n/gm, ''));
    expect(target.prepare('SELECT count(*) AS n FROM orders').all()).toEqual([{ n: 250 }]);
  });

  test('writes the script under the name of the template, where nobody reads', async () => {
    const done = await run(['pkg-download', 'daily', '7'], { stdout: 'ignore' });
    expect(done.code).toBe(0);
    expect(readdirSync(work)).toEqual(['daily.sql']);
  });

  test('writes the package under its own name, where there are files', async () => {
    const done = await run(['pkg-download', 'with-file'], { stdout: 'ignore' });
    expect(done.code).toBe(0);
    const [name] = readdirSync(work);
    expect(name).toMatch(/^pkg-with-file-.*\.tar\.gz$/);
    const { stdout } = await shell(`tar xzOf '${name}' --wildcards '*/terms.txt'`, {
      home,
      cwd: work,
    });
    expect(stdout).toBe('terms of 2026\n');
  });

  test('warns where files have no place', async () => {
    const left = expect.stringContaining('--format package');
    const words = ['pkg-download', 'with-file'];
    expect((await good([...words, '--out', 'a.sql'])).warnings).toContainEqual(left);
    expect((await good([...words, '--into', 'sqlite:test.db'])).warnings).toContainEqual(left);
    expect((await good([...words, '--out', 'a.tgz'])).warnings).not.toContainEqual(left);
  });

  test('writes what --out names', async () => {
    expect(await good(['pkg-download', 'daily', '7', '--out', 'a.tar.gz'])).toMatchObject({
      file: 'a.tar.gz',
      format: 'package',
    });
    expect((await shell('gzip -t a.tar.gz', { home, cwd: work })).code).toBe(0);
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
    expect(await bad(['pkg-download', ...words])).toMatchObject({ code, exitCode });
    expect(readdirSync(work).filter((name) => name !== 'shop.db')).toEqual([]);
  });
});

describe('when the connection is cut in the middle', () => {
  /** Between hfit and the daemon: cuts an answer after so many bytes. */
  async function throughCutter<T>(bytes: number, work: (host: string) => Promise<T>): Promise<T> {
    const { port } = new URL(server.daemon.url);
    const proxy = createProxy((socket) => {
      const behind = connectTo(Number(port), '127.0.0.1');
      let left = bytes;
      socket.pipe(behind);
      behind.on('data', (data) => {
        socket.write(data.subarray(0, left));
        left -= data.length;
        if (left <= 0) {
          socket.destroy();
          behind.destroy();
        }
      });
      for (const end of [socket, behind]) end.on('error', () => {});
      socket.on('close', () => behind.destroy());
      behind.on('close', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      return await work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  }

  test.each([
    ['a script', ['--out', 'a.sql']],
    ['a package', ['--out', 'a.tgz']],
    ['a database', ['--into', 'sqlite:test.db']],
  ])('%s is not left half', async (_, words) => {
    writeFileSync(join(work, 'a.sql'), 'of yesterday');
    await throughCutter(6_000, async (host) => {
      const other = { home: join(work, 'home') };
      await good(['config', host, server.email, server.key], other);
      expect(await bad(['pkg-download', 'everything', ...words], other)).toMatchObject({
        code: 'HFIT_STREAM_INCOMPLETE',
        exitCode: 6,
      });
    });
    const left = readdirSync(work).filter((name) => name !== 'home');
    expect(left.filter((name) => name !== 'test.db')).toEqual(['a.sql']);
    expect(readFileSync(join(work, 'a.sql'), 'utf8')).toBe('of yesterday');
    if (left.includes('test.db')) {
      expect(rowsOf('test.db', 'SELECT name FROM sqlite_master')).toEqual([]);
    }
  });

  test('a script to a program has no COMMIT, and the exit code tells', async () => {
    await throughCutter(6_000, async (host) => {
      const other = { home: join(work, 'home') };
      await good(['config', host, server.email, server.key], other);
      const { code, stdout } = await run(['pkg-download', 'everything'], other);
      expect(code).toBe(6);
      expect(stdout).not.toContain('COMMIT');
      expect(stdout).toContain('INSERT');
    });
  });
});

describe('a signal', () => {
  /** A server that begins a script, and never ends it. */
  async function whileItStreams(words: readonly string[]): Promise<Run> {
    const { port } = new URL(server.daemon.url);
    let begun = () => {};
    const streaming = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const proxy = createProxy((socket) => {
      const behind = connectTo(Number(port), '127.0.0.1');
      socket.pipe(behind);
      let sent = 0;
      behind.on('data', (data) => {
        sent += data.length;
        if (sent > 6_000) behind.pause();
        socket.write(data);
        if (sent > 6_000) begun();
      });
      for (const end of [socket, behind]) end.on('error', () => {});
      socket.on('close', () => behind.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const other = { home: join(work, 'home') };
    const host = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await good(['config', host, server.email, server.key], other);
    try {
      return await run(words, {
        ...other,
        onStart: (child) => streaming.then(() => child.kill('SIGINT')),
      });
    } finally {
      proxy.close();
    }
  }

  test.each([
    ['a file', ['--out', 'a.sql']],
    ['a database', ['--into', 'sqlite:test.db']],
  ])('ends it, and %s is as it was', async (_, words) => {
    const done = await whileItStreams(['pkg-download', 'everything', ...words]);
    expect(done.stderr).toContain('HFIT_INTERRUPTED');
    expect(done.code).toBe(130);
    const left = readdirSync(work).filter((name) => name !== 'home');
    expect(left.filter((name) => name !== 'test.db')).toEqual([]);
    if (left.includes('test.db')) {
      expect(rowsOf('test.db', 'SELECT name FROM sqlite_master')).toEqual([]);
    }
  });
});
