import type { Tokens } from '@hot-fixture/client';
import type { Config } from './config.js';
import { readFields } from './fields.js';
import type { Home } from './home.js';

/** What is left of an earlier login. */
export interface KeptTokens {
  /** Null where it has expired. */
  readonly token: string | null;
  readonly refreshToken: string | null;
}

/** The kept tokens that this user can still use at this server. */
export async function readTokens(home: Home, config: Config): Promise<KeptTokens> {
  const fields = await readFields(home, 'token', ['host', 'token', 'expiresAt']);
  const mine = fields?.host === config.host && (fields.email ?? null) === config.email;
  if (!fields || !mine) return { token: null, refreshToken: null };
  const valid = (value: unknown, end: unknown) =>
    typeof value === 'string' && Date.parse(String(end)) > Date.now() ? value : null;
  return {
    token: valid(fields.token, fields.expiresAt),
    refreshToken: valid(fields.refreshToken, fields.refreshExpiresAt),
  };
}

export async function writeTokens(home: Home, config: Config, tokens: Tokens): Promise<void> {
  const { host, email } = config;
  const { token, expiresAt, refreshToken, refreshExpiresAt } = tokens;
  const kept = { host, email, token, expiresAt, refreshToken, refreshExpiresAt };
  await home.write('token', `${JSON.stringify(kept, null, 2)}\n`);
}

export async function removeTokens(home: Home): Promise<void> {
  await home.remove('token');
}
