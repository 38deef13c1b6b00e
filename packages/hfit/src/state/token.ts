import type { Login } from '@hot-fixture/client';
import type { Config } from './config.js';
import { readFields } from './fields.js';
import type { Home } from './home.js';

/** The kept token; null where there is none that this user can still use at this server. */
export async function readToken(home: Home, config: Config): Promise<string | null> {
  const fields = await readFields(home, 'token', ['host', 'email', 'token', 'expiresAt']);
  if (!fields || fields.host !== config.host || fields.email !== config.email) return null;
  return Date.parse(String(fields.expiresAt)) > Date.now() ? String(fields.token) : null;
}

export async function writeToken(home: Home, config: Config, login: Login): Promise<void> {
  const { host, email } = config;
  const { token, expiresAt } = login;
  await home.write('token', `${JSON.stringify({ host, email, token, expiresAt }, null, 2)}\n`);
}

export async function removeToken(home: Home): Promise<void> {
  await home.remove('token');
}
