import { HfitClient, type Login } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from './command.js';
import { readPrivateKey } from './keys/private-key.js';
import { type Config, readConfig, writeConfig } from './state/config.js';
import { readToken, writeToken } from './state/token.js';

/**
 * The client of the server that is set, logged in. Without a token that still works it logs in by
 * itself, when the first call is sent.
 * @throws HFIT_NOT_CONFIGURED; its calls also HFIT_NOT_LOGGED_IN
 */
export async function connect(context: Context): Promise<HfitClient> {
  const config = await readConfig(context.home);
  const token = await readToken(context.home, config);
  return new HfitClient({
    host: config.host,
    signal: context.signal,
    renewToken: () => logInAgain(context, config),
    ...(token === null ? {} : { token }),
  });
}

/**
 * Logs in with the private key, and keeps the token.
 * @throws HFIT_KEY_FILE and the like, HFIT_LOGIN_REFUSED, HFIT_CHALLENGE_UNEXPECTED
 */
export async function logIn(context: Context, config: Config): Promise<Login> {
  const key = await readPrivateKey(config.key);
  const client = new HfitClient({ host: config.host, signal: context.signal });
  const login = await client.login(config.email, key, config.audience);
  await writeToken(context.home, config, login);
  if (config.audience === undefined) {
    await writeConfig(context.home, { ...config, audience: login.audience });
  }
  return login;
}

async function logInAgain(context: Context, config: Config): Promise<string> {
  try {
    return (await logIn(context, config)).token;
  } catch (error) {
    if (!(error instanceof HfitError) || !error.code.startsWith('HFIT_KEY_')) throw error;
    throw new HfitError(
      'HFIT_NOT_LOGGED_IN',
      { host: config.host, reason: error.what },
      { ...(error.where === undefined ? {} : { where: error.where }), cause: error },
    );
  }
}
