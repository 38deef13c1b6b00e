import { HfitError } from '@hot-fixture/errors';
import { readFields } from './fields.js';
import type { Home } from './home.js';

/** Which server, and who its user is. */
export interface Config {
  readonly host: string;
  readonly email: string;
  /** The path of the private key. */
  readonly key: string;
  /** What the server called itself at the first login; later ones must agree. */
  readonly audience?: string;
}

/** @throws HFIT_NOT_CONFIGURED, HFIT_STATE_FILE */
export async function readConfig(home: Home): Promise<Config> {
  const fields = await readFields(home, 'config', ['host', 'email', 'key']);
  if (!fields) throw new HfitError('HFIT_NOT_CONFIGURED', {});
  const { host, email, key, audience } = fields as Record<'host' | 'email' | 'key', string> & {
    audience?: unknown;
  };
  return typeof audience === 'string' ? { host, email, key, audience } : { host, email, key };
}

export async function writeConfig(home: Home, config: Config): Promise<void> {
  await home.write('config', `${JSON.stringify(config, null, 2)}\n`);
}
