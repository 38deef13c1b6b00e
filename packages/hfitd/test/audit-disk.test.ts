import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startTestDaemon } from './daemon.js';
import { testFolder } from './folder.js';

const bin = fileURLToPath(new URL('../bin/hfitd.js', import.meta.url));

/** Starts the real program below a shell, and gives its first line, or what it said at its end. */
async function launch(folder: string, before: string, env: object, user: object = {}) {
  const child = spawn('sh', ['-c', `${before} exec "$0" "$@"`, process.execPath, bin], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', SERVER_ADDRESS: '127.0.0.1:0', ...env },
    ...user,
  });
  let [out, err] = ['', ''];
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const said = new Promise<void>((resolve) => {
    child.stdout.on('data', (piece) => {
      out += piece;
      if (out.includes('\n')) resolve();
    });
  });
  await Promise.race([said, ended]);
  return { url: out.trim().split(' ').at(-1) ?? '', errors: () => err };
}

test('a file that may not grow any more lets nothing out, and keeps no half of a line', async () => {
  const folder = testFolder();
  const file = join(folder, 'audit.log');
  const limit = 8 * 1024 * 1024;
  const old = `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', who: 'x'.repeat(900) })}\n`;
  const lines = old.repeat(Math.floor((limit - 100) / old.length));
  const rest = limit - 100 - lines.length;
  writeFileSync(
    file,
    lines + (rest > 40 ? `${JSON.stringify({ at: '2026', who: 'x'.repeat(rest - 26) })}\n` : ''),
  );
  const before = statSync(file).size;
  // In blocks of 512 bytes.
  const daemon = await launch(folder, `ulimit -f ${limit / 512};`, { HFITD_AUDIT_FILE: file });
  const body = JSON.stringify({ username: 'ann@example.com', challenge: 'x', signature: 'AAAA' });
  const headers = { 'content-type': 'application/json' };
  for (let i = 0; i < 2; i++) {
    const answer = await fetch(`${daemon.url}/auth/authenticate`, {
      method: 'POST',
      headers,
      body,
    });
    expect(await answer.json()).toMatchObject({ status: 503, code: 'HFIT_AUDIT_FAILED' });
  }
  expect(statSync(file).size).toBe(before);
  expect(daemon.errors()).toContain('an audit event was not written');
  expect((await fetch(`${daemon.url}/health`)).status).toBe(200);
});

test.skipIf(process.getuid?.() !== 0)(
  'a folder that is read only lets no daemon start',
  async () => {
    const folder = testFolder();
    const data = join(folder, 'data');
    const logs = join(folder, 'logs');
    chmodSync(folder, 0o755);
    for (const path of [data, logs]) mkdirSync(path, { mode: 0o755 });
    const nobody = 65534;
    chownSync(data, nobody, nobody);
    chmodSync(data, 0o700);
    const env = { HFITD_DATA_DIR: data, HFITD_AUDIT_FILE: join(logs, 'audit.log') };
    const { errors } = await launch(folder, '', env, { uid: nobody, gid: nobody });
    expect(errors()).toContain('HFIT_AUDIT_UNREADABLE');
    expect(errors()).toContain('EACCES');
  },
);

test('CR and LF in a name make no second line, in the log, the audit log or an answer', async () => {
  const daemon = await startTestDaemon();
  onTestFinished(() => daemon.stop());
  const username = 'ann\r\n{"forged":true}\r\n';
  const challenge = await daemon.challenge(username);
  await daemon.authenticate(username, challenge, 'AAAA');
  await daemon.fetch(`/packtmpl/${encodeURIComponent('a\r\nset-cookie: x')}`);
  const lines = readFileSync(join(daemon.dataDir, 'audit.log'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).action)).toEqual(['login']);
  for (const line of daemon.log().trimEnd().split('\n')) {
    expect(JSON.parse(line)).not.toHaveProperty('forged');
  }
});
