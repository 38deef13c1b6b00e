import { resolve } from 'node:path';
import { parseHost } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { readFields } from './fields.js';
import type { Home } from './home.js';

/** Which server, and who its user is. */
export interface Config {
  readonly host: string;
  /** Null where an identity provider says who it is. */
  readonly email: string | null;
  /** The path of the key; null where the SSH agent is asked, and ~/.ssh. */
  readonly key: string | null;
  /** The file where a pipeline finds the token of its identity provider. */
  readonly oidcTokenFile: string | null;
  /** What the server called itself at the first login; later ones must agree. */
  readonly audience: string | null;
}

type Place = { readonly home: Home; readonly env: NodeJS.ProcessEnv };

/**
 * What the environment says, and where it says nothing, the file.
 * @throws HFIT_NOT_CONFIGURED, HFIT_STATE_FILE, HFIT_HOST_INVALID
 */
export async function readConfig({ home, env }: Place): Promise<Config> {
  const kept = await readFields(home, 'config', ['host']);
  const host = env.HFIT_HOST ? parseHost(env.HFIT_HOST) : kept?.host;
  if (typeof host !== 'string') throw new HfitError('HFIT_NOT_CONFIGURED', {});
  // What is kept of one server says nothing about another.
  const fields = kept?.host === host ? kept : {};
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null);
  const email = env.HFIT_EMAIL || text('email');
  return {
    host,
    email,
    key: env.HFIT_KEY ? resolve(env.HFIT_KEY) : text('key'),
    oidcTokenFile: env.HFIT_OIDC_TOKEN_FILE || text('oidcTokenFile'),
    audience: email === text('email') ? text('audience') : null,
  };
}

export async function writeConfig(home: Home, config: Config): Promise<void> {
  const said = Object.entries(config).filter(([, value]) => value !== null);
  await home.write('config', `${JSON.stringify(Object.fromEntries(said), null, 2)}\n`);
}

/** Keeps what the server calls itself, where the file is about this server and user. */
export async function keepAudience(home: Home, config: Config, audience: string): Promise<void> {
  const kept = await readFields(home, 'config', ['host']);
  if (kept?.host !== config.host || (kept.email ?? null) !== config.email) return;
  if (kept.audience === audience) return;
  await home.write('config', `${JSON.stringify({ ...kept, audience }, null, 2)}\n`);
}
