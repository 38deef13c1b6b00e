import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Settings, startDaemon } from '../src/index.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { testFolder } from './folder.js';
import { thrown } from './thrown.js';

const quiet = { log: { write: () => {} } };

/** Starts a daemon that is stopped at the end of the test. */
async function start(settings: Settings) {
  const daemon = await startDaemon({ listen: '127.0.0.1:0', ...settings }, quiet);
  onTestFinished(() => daemon.stop());
  return daemon;
}

describe('the admin socket', () => {
  test('can be opened by its owner alone', async () => {
    const dataDir = join(testFolder(), 'data');
    const { socket } = await start({ dataDir });
    expect(socket).toBe(join(dataDir, 'admin.sock'));
    expect(statSync(socket).isSocket()).toBe(true);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test('is gone when the daemon has stopped', async () => {
    const { socket, stop } = await start({ dataDir: join(testFolder(), 'data') });
    await Promise.all([stop(), stop()]);
    expect(existsSync(socket)).toBe(false);
  });

  test('of a daemon that runs is not taken', async () => {
    const folder = testFolder();
    const { socket } = await start({ dataDir: join(folder, 'one') });
    const error = await thrown('HFIT_DAEMON_RUNNING', () =>
      start({ dataDir: join(folder, 'two'), socket }),
    );
    expect(error.where).toBe(socket);
    expect(statSync(socket).isSocket()).toBe(true);
    expect(existsSync(join(folder, 'two'))).toBe(false);
  });

  test('that a dead daemon left is taken over', async () => {
    const folder = testFolder();
    const socket = join(folder, 'admin.sock');
    // A socket that is closed without being removed, as by a kill.
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(socket, resolve));
    const { renameSync } = await import('node:fs');
    renameSync(socket, `${socket}.kept`);
    await new Promise((resolve) => dead.close(resolve));
    renameSync(`${socket}.kept`, socket);
    const daemon = await start({ dataDir: join(folder, 'data'), socket });
    expect(daemon.socket).toBe(socket);
  });

  test('needs a folder that others cannot open, and a path that fits', async () => {
    const folder = testFolder();
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    const dataDir = join(folder, 'data');
    const error = await thrown('HFIT_FOLDER_UNSAFE', () =>
      start({ dataDir, socket: join(open, 'admin.sock') }),
    );
    expect(error.where).toBe(open);
    await thrown('HFIT_LISTEN_FAILED', () =>
      start({ dataDir, socket: join(folder, 'x'.repeat(120)) }),
    );
  });
});

describe('the data folder', () => {
  test('that others can open is refused', async () => {
    const dataDir = testFolder();
    chmodSync(dataDir, 0o750);
    const error = await thrown('HFIT_FOLDER_UNSAFE', () => start({ dataDir }));
    expect(error.where).toBe(dataDir);
  });

  test('keeps the masking key of the first start', async () => {
    const dataDir = join(testFolder(), 'data');
    const read = () => readFileSync(join(dataDir, 'masking.key'), 'utf8');
    await (await start({ dataDir })).stop();
    const key = read();
    expect(key.trim()).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(dataDir, 'masking.key')).mode & 0o777).toBe(0o600);
    await (await start({ dataDir })).stop();
    expect(read()).toBe(key);
  });
});

describe('what cannot be used', () => {
  test.each([
    ['HFIT_FILE_UNREADABLE', { policy: '/nowhere/policy.yaml' }],
    ['HFIT_FILE_UNREADABLE', { maskingKeyFile: '/nowhere/key' }],
    ['HFIT_DATABASE_URL', { sources: { shop: { url: 'oracle://u:hush@db/shop' } } }],
    ['HFIT_CONFIG_INVALID', { sources: { 'a b': { url: 'sqlite::memory:' } } }],
    ['HFIT_CONFIG_INVALID', { listen: 'here' }],
  ] as const)('is told as %s, and nothing is left running: %j', async (code, settings) => {
    const dataDir = join(testFolder(), 'data');
    const error = await thrown(code, () => start({ dataDir, ...settings }));
    expect(error.message).not.toContain('hush');
    expect(existsSync(join(dataDir, 'admin.sock'))).toBe(false);
  });

  test('is told with the place in the file', async () => {
    const folder = testFolder();
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, 'policyVersion: 1\ncolour: red\n');
    const dataDir = join(folder, 'data');
    const error = await start({ dataDir, policy }).catch((thrown) => thrown);
    expect(error.where).toBe(`${policy}:2:1`);
  });

  test('is an address that is taken', async () => {
    const { url } = await start({ dataDir: join(testFolder(), 'data') });
    const listen = url.slice('http://'.length);
    const dataDir = join(testFolder(), 'data');
    const error = await thrown('HFIT_LISTEN_FAILED', () => start({ dataDir, listen }));
    expect(error.what).toContain('EADDRINUSE');
    expect(existsSync(join(dataDir, 'admin.sock'))).toBe(false);
  });
});

describe('over HTTP', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startTestDaemon();
  });
  afterAll(() => daemon.stop());

  test('it says that it is up', async () => {
    const response = await daemon.fetch('/health');
    expect(await response.json()).toEqual({ status: 'ok' });
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the id of a request is never that of the client', async () => {
    const response = await daemon.fetch('/health', { headers: { 'x-request-id': 'mine' } });
    expect(response.headers.get('x-request-id')).not.toBe('mine');
  });

  test.each([
    ['GET', '/'],
    ['GET', '/user'],
    ['POST', '/health'],
    ['GET', '/auth/challenge'],
    ['GET', '/packtmpl/a/b'],
  ])('there is nothing at %s %s', async (method, path) => {
    const response = await daemon.fetch(`${path}?token=hush`, { method });
    expect(await response.clone().text()).not.toContain('hush');
    expect(await refusal(response)).toEqual([404, 'HFIT_ROUTE_UNKNOWN']);
  });

  test.each([
    ['{', 'application/json'],
    ['', 'application/json'],
    ['[]', 'application/json'],
    ['{}', 'application/json'],
    ['{"username": 5}', 'application/json'],
    ['{"username": ""}', 'application/json'],
    ['{"username": "ann", "password": "hush"}', 'application/json'],
    ['{"username": "ann", "__proto__": {"a": 1}}', 'application/json'],
    [`{"username": "${'x'.repeat(300)}"}`, 'application/json'],
  ])('a body that is wrong (%#) is refused', async (body, type) => {
    const headers = { 'content-type': type };
    const response = await daemon.fetch('/auth/challenge', { method: 'POST', body, headers });
    expect(await refusal(response)).toEqual([400, 'HFIT_REQUEST_INVALID']);
  });

  test('a body that is too large, or of another type, is told as such', async () => {
    const send = (body: string, type: string) =>
      daemon.fetch('/auth/challenge', { method: 'POST', body, headers: { 'content-type': type } });
    const large = await send(`{"username": "${'x'.repeat(100_000)}"}`, 'application/json');
    expect(await refusal(large)).toEqual([413, 'HFIT_BODY_TOO_LARGE']);
    const form = await send('username=ann', 'application/x-www-form-urlencoded');
    expect(await refusal(form)).toEqual([415, 'HFIT_BODY_TYPE']);
  });

  test('every path answers below /v1 too, with the same manners', async () => {
    expect(await (await daemon.fetch('/v1/health')).json()).toEqual({ status: 'ok' });
    expect(await refusal(await daemon.fetch('/v1/packtmpls'))).toEqual([401, 'HFIT_TOKEN_MISSING']);
    expect(await refusal(await daemon.fetch('/v2/health'))).toEqual([404, 'HFIT_ROUTE_UNKNOWN']);
  });

  test('the type of an error leads to what its code means', async () => {
    const { type } = (await (await daemon.fetch('/packtmpls')).json()) as { type: string };
    expect(await (await daemon.fetch(type)).json()).toMatchObject({ code: 'HFIT_TOKEN_MISSING' });
    const unknown = await daemon.fetch('/problems/HFIT_NONSENSE');
    expect(await refusal(unknown)).toEqual([404, 'HFIT_ROUTE_UNKNOWN']);
  });

  test.each(['/%', '/db/%zz/dbs', `/${'x'.repeat(5000)}`])(
    'the path %j does no harm',
    async (path) => {
      const [status] = await refusal(await daemon.fetch(path));
      expect([400, 404]).toContain(status);
    },
  );

  test('what is no HTTP is answered without a word of the inside', async () => {
    const { hostname, port } = new URL(daemon.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (piece) => {
        text += piece;
      });
      socket.on('close', () => resolve(text));
      socket.end('HELLO\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/node_modules|\.[jt]s:\d/);
  });

  test('the document names every route, what it takes and what it gives', async () => {
    const document = (await (await daemon.fetch('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<
        string,
        Record<
          string,
          {
            responses: Record<string, { content?: object }>;
            security?: object[];
            summary?: string;
            tags?: string[];
          }
        >
      >;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    const open = /^\/(health|problems\/\{code\}|\.well-known\/jwks\.json|auth\/(?!logout)\w+)$/;
    for (const [path, methods] of Object.entries(document.paths)) {
      expect(path).not.toMatch(/^\/v1/);
      for (const [method, operation] of Object.entries(methods)) {
        const name = `${method} ${path}`;
        const { responses, security, summary, tags } = operation;
        expect([name, security]).toEqual([name, open.test(path) ? undefined : [{ token: [] }]]);
        expect([name, typeof summary, tags?.length]).toEqual([name, 'string', 1]);
        if (method === 'head') continue;
        const statuses = Object.keys(responses);
        expect([name, ...statuses.slice(-2)]).toEqual([name, '4XX', '5XX']);
        expect([name, statuses.every((it) => /^[2345]/.test(it)), statuses[0]?.[0]]).toEqual([
          name,
          true,
          '2',
        ]);
        for (const error of [responses['4XX'], responses['5XX']]) {
          expect(Object.keys(error?.content ?? {})).toEqual(['application/problem+json']);
        }
      }
    }
    for (const path of ['/packtmpl', '/packtmplpackupld', '/audit', '/packages', '/users']) {
      expect(document.paths).toHaveProperty([path]);
    }
    expect(JSON.stringify(document)).not.toContain('def-');
  });
});
