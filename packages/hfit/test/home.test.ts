import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig, writeConfig } from '../src/state/config.js';
import { Home } from '../src/state/home.js';
import { readToken, writeToken } from '../src/state/token.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-home-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = { host: 'https://hfit.example.com', email: 'ann@example.com', key: '/keys/ann' };
const home = () => new Home({ HFIT_HOME: join(folder, 'state') });

test('stands in the home of the user, or where HFIT_HOME says', () => {
  expect(new Home({}).folder).toBe(join(homedir(), '.hfit'));
  expect(home().folder).toBe(join(folder, 'state'));
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
    expect(await readConfig(home())).toEqual(config);
    await writeConfig(home(), { ...config, audience: 'hfit' });
    expect(await readConfig(home())).toEqual({ ...config, audience: 'hfit' });
  });

  test('is asked for where there is none', async () => {
    await expect(readConfig(home())).rejects.toMatchObject({ code: 'HFIT_NOT_CONFIGURED' });
  });

  test.each(['', 'host: x', '[]', 'null', '{"host": 1}'])('cannot be "%s"', async (text) => {
    await home().write('config', text);
    await expect(readConfig(home())).rejects.toMatchObject({ code: 'HFIT_STATE_FILE' });
  });
});

describe('the token', () => {
  const login = { token: 'abc', expiresAt: '2999-01-01T00:00:00Z', audience: 'hfit' };

  test('is used by its user at its server until it expires', async () => {
    expect(await readToken(home(), config)).toBeNull();
    await writeToken(home(), config, login);
    expect(await readToken(home(), config)).toBe('abc');
    expect(await readToken(home(), { ...config, host: 'https://elsewhere' })).toBeNull();
    expect(await readToken(home(), { ...config, email: 'bob@example.com' })).toBeNull();
    await writeToken(home(), config, { ...login, expiresAt: '2020-01-01T00:00:00Z' });
    expect(await readToken(home(), config)).toBeNull();
  });
});
