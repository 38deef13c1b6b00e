import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useDesk } from './desk.js';
import { documentOf, inside } from './inside.js';
import { addUser, makeKey } from './server.js';

const hasAgent = spawnSync('ssh-agent', ['-k'], { env: {} }).error === undefined;
if (!hasAgent) console.warn('skipped: there is no ssh-agent here');

const desk = useDesk();

describe('config and login', () => {
  test('are kept in a folder for their user alone', async () => {
    const login = await desk.good(['login']);
    expect(login).toMatchObject({ email: desk.server.email, host: desk.server.daemon.url });
    expect(login).toMatchObject({ by: desk.server.key });
    expect(await desk.good(['config'])).toEqual({
      host: desk.server.daemon.url,
      email: desk.server.email,
      key: desk.server.key,
    });
    expect(statSync(desk.home).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(desk.home)) {
      expect(statSync(join(desk.home, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('a token that is missing, expired or broken is made anew', async () => {
    const token = join(desk.home, 'token');
    rmSync(token, { force: true });
    await desk.good(['dbmss']);
    const kept = JSON.parse(readFileSync(token, 'utf8'));
    writeFileSync(token, JSON.stringify({ ...kept, expiresAt: '2020-01-01T00:00:00Z' }));
    await desk.good(['dbmss']);
    writeFileSync(token, JSON.stringify({ ...kept, token: 'nonsense' }));
    await desk.good(['dbmss']);
    expect(JSON.parse(readFileSync(token, 'utf8')).token).not.toBe('nonsense');
  });

  test('a key that the server does not know is refused, as a user is that it does not know', async () => {
    const stranger = makeKey(desk.work, 'stranger');
    const other = { home: join(desk.work, 'home') };
    for (const email of [desk.server.email, 'nobody@example.com']) {
      await desk.good(['config', desk.server.daemon.url, email, stranger], other);
      expect(await desk.bad(['login'], other)).toMatchObject({
        code: 'HFIT_LOGIN_REFUSED',
        exitCode: 3,
      });
      expect(await desk.bad(['dbmss'], other)).toMatchObject({
        code: 'HFIT_LOGIN_REFUSED',
        exitCode: 3,
      });
    }
  });

  test('a key that is gone tells to log in', async () => {
    const other = { home: join(desk.work, 'home') };
    const key = makeKey(desk.work, 'gone');
    await desk.good(['config', desk.server.daemon.url, desk.server.email, key], other);
    rmSync(key);
    expect(await desk.bad(['dbmss'], other)).toMatchObject({
      code: 'HFIT_NOT_LOGGED_IN',
      where: key,
      exitCode: 3,
    });
  });

  test.skipIf(!hasAgent)(
    'a locked key, or none that is named, is asked of the SSH agent',
    async () => {
      const socket = join(desk.work, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      onTestFinished(() => void agent.kill());
      while (!existsSync(socket)) await setTimeout(5);
      const key = makeKey(desk.work, 'locked');
      const email = 'agent@example.com';
      await addUser(desk.server.daemon, email, readFileSync(`${key}.pub`, 'utf8'));
      const env = { SSH_AUTH_SOCK: socket, HOME: desk.work };
      const other = { home: join(desk.work, 'home'), env };
      const { url } = desk.server.daemon;
      const add = (path: string) => execFileSync('ssh-add', ['-q', path], { env, stdio: 'ignore' });
      expect(await documentOf(['config', url, email], other)).toMatchObject({ key: null });
      expect(await desk.bad(['login'], other)).toMatchObject({
        code: 'HFIT_KEY_NONE',
        exitCode: 3,
      });
      // One that the server does not know comes first, and does no harm; so does one of RSA.
      add(makeKey(desk.work, 'stranger'));
      const rsa = join(desk.work, 'rsa');
      execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa]);
      add(rsa);
      add(key);
      expect(await documentOf(['login'], other)).toMatchObject({
        email,
        by: expect.stringContaining('of the SSH agent'),
      });
      await addUser(desk.server.daemon, 'rsa@example.com', readFileSync(`${rsa}.pub`, 'utf8'));
      await documentOf(['config', url, 'rsa@example.com', `${rsa}.pub`], other);
      await documentOf(['login'], other);
      execFileSync('ssh-keygen', ['-q', '-p', '-N', 'a passphrase', '-f', key]);
      await documentOf(['config', url, email, key], other);
      await documentOf(['login'], other);
      rmSync(key);
      await documentOf(['config', url, email, `${key}.pub`], other);
      await documentOf(['login'], other);
      const gone = { ...other, env: { ...env, SSH_AUTH_SOCK: join(desk.work, 'none') } };
      await expect(inside(['login'], gone)).rejects.toMatchObject({ code: 'HFIT_AGENT' });
    },
  );

  test('a pipeline says all of it in the environment', async () => {
    const { daemon, email, key } = desk.server;
    const env = { HFIT_HOST: daemon.url, HFIT_EMAIL: email, HFIT_KEY: key };
    const other = { home: join(desk.work, 'home'), env };
    expect(await documentOf(['dbmss'], other)).toMatchObject({ dbmss: [{ name: 'shop' }] });
    expect(readdirSync(other.home)).toEqual(['token']);
  });

  test('a new server does not get the token of the old one', async () => {
    const other = { home: join(desk.work, 'home') };
    await desk.good(['config', desk.server.daemon.url, desk.server.email, desk.server.key], other);
    await desk.good(['login'], other);
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
    expect(await desk.bad(['dbmss'], other)).toMatchObject({ code: 'HFIT_CHALLENGE_UNEXPECTED' });
    expect(seen).toEqual([undefined]);
    await new Promise((resolve) => thief.close(resolve));
  });

  test.each([
    ['no key', (at: string) => join(at, 'none'), 'HFIT_KEY_FILE'],
    ['the public half', () => `${desk.server.key}.pub`, 'HFIT_KEY_PUBLIC'],
    ['another file', () => join(desk.folder, 'daily.yaml'), 'HFIT_KEY_FORMAT'],
  ])('%s gives %s at once', async (_, key, code) => {
    const other = { home: join(desk.work, 'home') };
    const failure = await desk.bad(
      ['config', desk.server.daemon.url, desk.server.email, key(desk.work)],
      other,
    );
    expect(failure).toMatchObject({ code, exitCode: 2 });
    expect(readdirSync(desk.work)).toEqual([]);
  });

  test('a server that is down', async () => {
    const other = { home: join(desk.work, 'home') };
    await desk.good(['config', 'http://127.0.0.1:9', desk.server.email, desk.server.key], other);
    expect(await desk.bad(['login'], other)).toMatchObject({
      code: 'HFIT_SERVER_UNREACHABLE',
      exitCode: 6,
    });
  });
});
