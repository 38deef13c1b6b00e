import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig, writeConfig } from '../src/state/config.js';
import { Home } from '../src/state/home.js';
import { readTokens, writeTokens } from '../src/state/token.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-home-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = {
  ...{ host: 'https://hfit.example.com', email: 'ann@example.com', key: '/keys/ann' },
  ...{ oidcTokenFile: null, audience: null },
};
const read = (env: NodeJS.ProcessEnv = {}) => readConfig({ home: home(), env });
const home = () => new Home({ HFIT_HOME: join(folder, 'state') });

test('stands in the folders of XDG, in ~/.hfit where that is there, or where HFIT_HOME says', () => {
  const HOME = join(folder, 'ann');
  const xdg = { HOME, XDG_CONFIG_HOME: join(folder, 'c'), XDG_STATE_HOME: 'not/absolute' };
  expect(new Home({ HOME }).path('config')).toBe(join(HOME, '.config/hfit/config'));
  expect(new Home({ HOME }).path('token')).toBe(join(HOME, '.local/state/hfit/token'));
  expect(new Home(xdg).path('masking.key')).toBe(join(folder, 'c/hfit/masking.key'));
  expect(new Home(xdg).path('token')).toBe(join(HOME, '.local/state/hfit/token'));
  mkdirSync(join(HOME, '.hfit'), { recursive: true });
  expect(new Home(xdg).path('config')).toBe(join(HOME, '.hfit/config'));
  expect(new Home(xdg).path('token')).toBe(join(HOME, '.hfit/token'));
  expect(home().folder).toBe(join(folder, 'state'));
});

test('lets one at a time do what only one may, and takes over from one that died', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await setTimeout(30);
    order.push(`${name} ends`);
  };
  await Promise.all([home().alone('token', work('a')), home().alone('token', work('b'))]);
  expect(order.map((line) => line.slice(2))).toEqual(['begins', 'ends', 'begins', 'ends']);
  const left = home().path('token.lock');
  writeFileSync(left, '');
  utimesSync(left, 0, 0);
  await home().alone('token', work('c'));
  expect(readdirSync(home().folder)).toEqual([]);
});

test('is for its user alone, also when it was open before', async () => {
  mkdirSync(join(folder, 'state'));
  chmodSync(join(folder, 'state'), 0o755);
  await home().write('token', 'secret');
  expect(statSync(home().folder).mode & 0o777).toBe(0o700);
  expect(statSync(home().path('token')).mode & 0o777).toBe(0o600);
  expect(readdirSync(home().folder)).toEqual(['token']);
});

test('tells which file cannot be written', async () => {
  writeFileSync(join(folder, 'state'), 'a file where the folder should be');
  await expect(home().write('token', 'x')).rejects.toMatchObject({
    code: 'HFIT_STATE_FILE',
    what: expect.stringContaining(join(folder, 'state', 'token')),
  });
});

describe('the configuration', () => {
  test('comes back as it was set', async () => {
    await writeConfig(home(), config);
    expect(await read()).toEqual(config);
    await writeConfig(home(), { ...config, audience: 'hfit' });
    expect(await read()).toEqual({ ...config, audience: 'hfit' });
  });

  test('is asked for where there is none', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'HFIT_NOT_CONFIGURED' });
  });

  test('gives way to the environment, and says nothing about another server', async () => {
    await writeConfig(home(), { ...config, audience: 'hfit' });
    expect(await read({ HFIT_EMAIL: 'bob@example.com' })).toEqual({
      ...config,
      email: 'bob@example.com',
    });
    expect(await read({ HFIT_HOST: 'localhost:1', HFIT_OIDC_TOKEN_FILE: '/ci' })).toEqual({
      ...{ host: 'http://localhost:1', email: null, key: null, audience: null },
      oidcTokenFile: '/ci',
    });
  });

  test.each(['', 'host: x', '[]', 'null', '{"host": 1}'])('cannot be "%s"', async (text) => {
    await home().write('config', text);
    await expect(read()).rejects.toMatchObject({ code: 'HFIT_STATE_FILE' });
  });
});

describe('the token', () => {
  const login = { token: 'abc', expiresAt: '2999-01-01T00:00:00Z', audience: 'hfit' };

  const none = { token: null, refreshToken: null };

  test('is used by its user at its server until it expires', async () => {
    expect(await readTokens(home(), config)).toEqual(none);
    await writeTokens(home(), config, login);
    expect(await readTokens(home(), config)).toEqual({ token: 'abc', refreshToken: null });
    expect(await readTokens(home(), { ...config, host: 'https://elsewhere' })).toEqual(none);
    expect(await readTokens(home(), { ...config, email: 'bob@example.com' })).toEqual(none);
    const past = '2020-01-01T00:00:00Z';
    const next = { refreshToken: 'next', refreshExpiresAt: login.expiresAt };
    await writeTokens(home(), config, { ...login, ...next, expiresAt: past });
    expect(await readTokens(home(), config)).toEqual({ token: null, refreshToken: 'next' });
    await writeTokens(home(), config, { ...login, ...next, refreshExpiresAt: past });
    expect(await readTokens(home(), config)).toEqual({ token: 'abc', refreshToken: null });
  });
});
