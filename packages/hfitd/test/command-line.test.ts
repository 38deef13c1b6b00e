import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hereAs } from '../../../test/services/here.js';
import { run as runLine } from '../src/cli/program.js';
import { makeFolder, testFolder } from './folder.js';
import { newUser } from './people.js';

const bin = (name: string) => fileURLToPath(new URL(`../bin/${name}.js`, import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts one of the real programs, as it was built, with nothing of this machine's settings. */
function launch(folder: string, words: string[], env: Record<string, string> = {}, name = 'hfitd') {
  const options = { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env } };
  const child = spawn(process.execPath, [bin(name), ...words], options);
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => out.includes('\n') && resolve(out.slice(0, out.indexOf('\n'))));
    child.once('close', () => reject(new Error(`it ended at once: ${err}`)));
  });
  firstLine.catch(() => {});
  return { child: child as ChildProcess, ended, firstLine };
}

/** Runs a command in this process: a program would take half a second to begin. */
async function run(cwd: string, words: string[], env = {}): Promise<Ended> {
  const place = { cwd, env: { PATH: process.env.PATH, ...env } };
  const { code, stdout: out, stderr: err } = await hereAs(() => runLine(words), place);
  return { code, out, err };
}

describe('the daemon as a program', () => {
  const folder = makeFolder();
  const env = {
    SERVER_ADDRESS: '127.0.0.1:0',
    DBMS_PROVIDERS: 'LITE',
    LITE_DB_TYPE: 'sqlite',
    LITE_DB_NAME: 'shop.db',
  };
  let daemon: ReturnType<typeof launch>;
  let url: string;

  beforeAll(async () => {
    writeFileSync(join(folder, 'shop.db'), '');
    daemon = launch(folder, [], env);
    const line = await daemon.firstLine;
    expect(line).toMatch(/^hfitd listening on http:\/\/127\.0\.0\.1:\d+$/);
    url = line.split(' ').at(-1) as string;
  });
  afterAll(async () => {
    daemon.child.kill('SIGKILL');
    await daemon.ended;
  });

  test('listens where it says', async () => {
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('takes users with the key as a file or as its text, and lets them go', async () => {
    const ann = newUser('ann@example.com');
    writeFileSync(join(folder, 'ann.pem'), ann.publicKey);
    const added = await run(folder, ['adduser', 'Ann@example.com', 'ann.pem']);
    expect(added).toMatchObject({ code: 0, err: '' });
    expect(added.out).toMatch(/^added ann@example\.com \(ed25519, SHA256:[A-Za-z0-9+/]{43}\)\n$/);

    const again = await run(folder, ['adduser', 'ann@example.com', ann.publicKey]);
    expect(again).toMatchObject({ code: 5, out: '' });
    expect(again.err).toContain('error HFIT_USER_KEY_KNOWN');

    const other = await run(folder, [
      'adduser',
      'ann@example.com',
      newUser('x').publicKey,
      '--json',
    ]);
    expect(JSON.parse(other.out)).toMatchObject({ email: 'ann@example.com', created: false });

    const { users } = JSON.parse((await run(folder, ['users', '--json'])).out);
    expect(users).toMatchObject([
      { email: 'ann@example.com', keys: [/./, /./].map(() => expect.any(String)) },
    ]);

    expect((await run(folder, ['removeuser', 'ann@example.com'])).code).toBe(0);
    const gone = await launch(folder, ['removeuser', 'ann@example.com', '--json']).ended;
    expect(gone).toMatchObject({ code: 4, out: '' });
    expect(JSON.parse(gone.err)).toMatchObject({ code: 'HFIT_USER_UNKNOWN' });
    expect((await run(folder, ['users'])).out).toContain('no users yet');
  });

  test.each([
    ['no address', newUser('x').publicKey, 'HFIT_EMAIL_INVALID'],
    ['ann@example.com', 'ssh-ed25519 AAAA', 'HFIT_PUBLIC_KEY_INVALID'],
    ['ann@example.com', 'nowhere.pub', 'HFIT_FILE_UNREADABLE'],
    ['ann@example.com', '.', 'HFIT_FILE_UNREADABLE'],
  ])('refuses to add %s (%#)', async (email, key, code) => {
    const { code: exit, err } = await run(folder, ['adduser', email, key]);
    expect(exit).toBe(2);
    expect(err).toContain(code);
  });

  test('tells about itself', async () => {
    const status = JSON.parse((await run(folder, ['status', '--json'])).out);
    expect(status).toMatchObject({
      url,
      audience: url,
      pid: daemon.child.pid,
      policy: null,
      packages: { running: 0, waiting: 0 },
    });
    expect(status.sources).toMatchObject([{ name: 'LITE', dialect: 'sqlite' }]);
    expect((await run(folder, ['status'])).out).toContain(`hfitd at ${url}`);
  });

  test('signs with a new key from when it is told to', async () => {
    const key = async () => JSON.parse((await run(folder, ['get-jwt-public-key', '--json'])).out);
    const before = await key();
    expect(before.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect((await run(folder, ['renew-jwt'])).code).toBe(0);
    expect((await key()).kid).not.toBe(before.kid);
    const { out } = await run(folder, ['get-jwt-public-key']);
    expect(out).toBe((await key()).publicKey);
  });

  test('shows the last audit events', async () => {
    await run(folder, ['renew-jwt']);
    const { out } = await run(folder, ['audit', '-n', '1']);
    expect(out).toMatch(/^\S+ {2}\(admin\) {2}renew-jwt {2}- {2}ok {2}\{\}\n$/);
    const { events } = JSON.parse((await run(folder, ['audit', '--json'])).out);
    // The last is that they were read just before.
    expect(events.at(-2)).toMatchObject({ who: '(admin)', action: 'renew-jwt', outcome: 'ok' });
  });

  test('answers under the name that the first Hot Fixture Tool had', async () => {
    const { out } = await launch(folder, ['status'], {}, 'hfitd-cli').ended;
    expect(out).toContain(`hfitd at ${url}`);
  });

  test('is found by its socket from anywhere', async () => {
    const socket = join(folder, 'hfitd-data', 'admin.sock');
    const elsewhere = testFolder();
    expect((await run(elsewhere, ['status', '--socket', socket])).code).toBe(0);
    expect((await run(elsewhere, ['status'], { HFITD_SOCKET_PATH: socket })).code).toBe(0);
    const nowhere = await run(elsewhere, ['status']);
    expect(nowhere.code).toBe(6);
    expect(nowhere.err).toContain('HFIT_DAEMON_UNREACHABLE');
  });

  test('does not start twice', async () => {
    const second = await launch(folder, [], env).ended;
    expect(second).toMatchObject({ code: 5, out: '' });
    expect(second.err).toContain('HFIT_DAEMON_RUNNING');
  });

  test('ends in peace when it is told to', async () => {
    const { url: there } = await startOther(folder, env);
    expect((await fetch(`${there}/health`)).status).toBe(200);
  });

  async function startOther(at: string, settings: Record<string, string>) {
    const dataDir = join(at, 'other');
    const other = launch(at, ['serve', '--json'], { ...settings, HFITD_DATA_DIR: dataDir });
    const ready = JSON.parse(await other.firstLine);
    onTestFinished(async () => {
      other.child.kill('SIGTERM');
      expect(await other.ended).toMatchObject({ code: 0 });
      expect(existsSync(ready.socket)).toBe(false);
    });
    expect(ready).toEqual({
      url: expect.any(String),
      socket: join(dataDir, 'admin.sock'),
      pid: other.child.pid,
    });
    return ready as { url: string };
  }
});

describe('a start that fails', () => {
  test.each([
    [
      'a broken file',
      'listen: 127.0.0.1:0\ncolour: red\n',
      'HFIT_CONFIG_INVALID',
      'hfitd.yaml:2:1',
    ],
    ['a policy that is not there', 'policy: gone.yaml\n', 'HFIT_FILE_UNREADABLE', 'gone.yaml'],
  ])('tells why: %s', async (_what, text, code, where) => {
    const folder = testFolder();
    writeFileSync(join(folder, 'hfitd.yaml'), text);
    const ended = await run(folder, ['--config', 'hfitd.yaml']);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(code);
    expect(ended.err).toContain(where);
    expect(existsSync(join(folder, 'hfitd-data'))).toBe(false);
  });

  test('leaves a data folder of others alone', async () => {
    const folder = testFolder();
    const dataDir = testFolder();
    chmodSync(dataDir, 0o755);
    const ended = await launch(folder, [], { HFITD_DATA_DIR: dataDir }).ended;
    expect(ended.code).toBe(3);
    expect(ended.err).toContain('HFIT_FOLDER_UNSAFE');
  });
});

test.each([['--help'], ['adduser', '--help'], ['--version']])('%s helps', async (...words) => {
  const { code, out } = await run(
    testFolder(),
    words.filter((word) => typeof word === 'string'),
  );
  expect(code).toBe(0);
  expect(out).not.toBe('');
});

test.each([
  ['nonsense'],
  ['adduser', 'ann@example.com'],
  ['audit', '-n', 'all'],
  ['users', '--all'],
])('%s %s is told to be no command', async (...words) => {
  const { code, err } = await run(
    testFolder(),
    words.filter((word) => typeof word === 'string'),
  );
  expect(code).toBe(2);
  expect(err).toContain('HFIT_USAGE');
});
