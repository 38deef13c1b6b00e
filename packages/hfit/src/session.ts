import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  type ConnectionOptions,
  HfitClient,
  type Login,
  proxyFetch,
  type Tokens,
} from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from './command.js';
import { signers } from './keys/signers.js';
import { type Config, keepAudience, readConfig } from './state/config.js';
import { readTokens, removeTokens, writeTokens } from './state/token.js';

/**
 * The client of the server that is set, logged in. Without a token that still works it gets one by
 * itself, when the first call is sent.
 * @throws HFIT_NOT_CONFIGURED; its calls also HFIT_NOT_LOGGED_IN
 */
export async function connect(context: Context): Promise<HfitClient> {
  const config = await readConfig(context);
  let used = (await readTokens(context.home, config)).token;
  return new HfitClient({
    ...(await connectionOf(context, config)),
    renewToken: async () => {
      used = await renew(context, config, used);
      return used;
    },
    ...(used === null ? {} : { token: used }),
  });
}

/** A client of a server that nobody is logged in at. */
async function stranger(context: Context, config: Config): Promise<HfitClient> {
  return new HfitClient(await connectionOf(context, config));
}

async function connectionOf(context: Context, { host }: Config): Promise<ConnectionOptions> {
  const through = await proxyFetch(context.env);
  const seconds = secondsOf(context);
  return {
    host,
    signal: context.signal,
    ...(through && { fetch: through }),
    ...(context.env.TRACEPARENT && { traceparent: context.env.TRACEPARENT }),
    ...(seconds !== null && { answerSeconds: seconds, idleSeconds: seconds }),
  };
}

function secondsOf({ env, help }: Context): number | null {
  const value = env.HFIT_TIMEOUT;
  if (!value) return null;
  if (/^\d{1,5}(\.\d+)?$/.test(value) && Number(value) > 0) return Number(value);
  const reason = 'it is no number of seconds';
  throw new HfitError('HFIT_OPTION_VALUE', { option: 'HFIT_TIMEOUT', value, reason, help });
}

/** What a login gave, and by what it was done. */
export interface LoggedIn extends Tokens {
  readonly audience: string | null;
  readonly by: string;
}

/**
 * Logs in, and keeps the tokens.
 * @param oidcTokenFile where the token of an identity provider is; `-` for standard input
 * @throws HFIT_KEY_FILE and the like, HFIT_KEY_NONE, HFIT_AGENT, HFIT_LOGIN_REFUSED,
 *   HFIT_CHALLENGE_UNEXPECTED
 */
export async function logIn(
  context: Context,
  config: Config,
  oidcTokenFile?: string,
): Promise<LoggedIn> {
  const subject = await subjectToken(context, oidcTokenFile ?? config.oidcTokenFile);
  const client = await stranger(context, config);
  if (subject !== null) {
    const tokens = await client.exchange(subject);
    await writeTokens(context.home, config, tokens);
    return { ...tokens, audience: null, by: 'the token of an identity provider' };
  }
  const login = await logInByKey(context, config, client);
  await writeTokens(context.home, config, login);
  await keepAudience(context.home, config, login.audience);
  return login;
}

/**
 * Takes the tokens back at the server, and forgets them.
 * @returns whether there was one
 */
export async function logOut(context: Context, config: Config): Promise<boolean> {
  const { token } = await readTokens(context.home, config);
  try {
    if (token === null) return false;
    await new HfitClient({ ...(await connectionOf(context, config)), token }).logout();
    return true;
  } catch (error) {
    // The server has taken it back itself.
    if (error instanceof HfitError && error.kind === 'unauthenticated') return true;
    throw error;
  } finally {
    await removeTokens(context.home);
  }
}

async function logInByKey(
  { env }: Context,
  { email, key, audience }: Config,
  client: HfitClient,
): Promise<Login & { by: string }> {
  if (email === null) throw new HfitError('HFIT_NOT_CONFIGURED', {});
  let refused: unknown;
  for (const { name, sign } of await signers(key ?? undefined, env)) {
    try {
      return { ...(await client.login(email, sign, audience ?? undefined)), by: name };
    } catch (error) {
      if (!(error instanceof HfitError) || error.code !== 'HFIT_LOGIN_REFUSED') throw error;
      refused = error;
    }
  }
  throw refused;
}

async function subjectToken({ env }: Context, file: string | null): Promise<string | null> {
  if (file === null) return env.HFIT_OIDC_TOKEN?.trim() || null;
  try {
    return (file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const values = { thing: 'token of the identity provider', reason: (cause as Error).message };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: file, cause });
  }
}

/**
 * A token in the place of one that is missing or was refused. A refresh token works once, so of
 * several commands one renews it, and the others take what it got.
 */
async function renew(context: Context, config: Config, refused: string | null): Promise<string> {
  return context.home.alone('token', async () => {
    const { token, refreshToken } = await readTokens(context.home, config);
    if (token !== null && token !== refused) return token;
    const next = refreshToken && (await refreshed(context, config, refreshToken));
    return next || logInAgain(context, config);
  });
}

async function refreshed(context: Context, config: Config, used: string): Promise<string | null> {
  try {
    const tokens = await (await stranger(context, config)).refresh(used);
    await writeTokens(context.home, config, tokens);
    return tokens.token;
  } catch (error) {
    // A key may still do what an old token no longer does.
    if (error instanceof HfitError && error.kind === 'unauthenticated') return null;
    throw error;
  }
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
