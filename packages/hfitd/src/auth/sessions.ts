import { HfitError } from '@hot-fixture/errors';
import {
  findSession,
  giveRefreshToken,
  type Login,
  openSession,
  revokeSession,
  useRefreshToken,
} from '../store/sessions.js';
import type { Store } from '../store/tables.js';
import type { User } from '../store/users.js';
import type { Tokens } from './tokens.js';

const day = 24 * 60 * 60 * 1000;
/** A refresh token that is not used so long ends its login, in milliseconds. */
const idle = 7 * day;
/** No login lasts longer. */
const longest = 30 * day;

/** What a login gives, as it is answered. */
export interface Given {
  readonly token: string;
  readonly expires_at: string;
  readonly refresh_token: string;
  readonly refresh_expires_at: string;
}

/** Begins logins, lets them go on, and ends them. */
export class Sessions {
  readonly #store: Store;
  readonly #tokens: Tokens;

  constructor(store: Store, tokens: Tokens) {
    this.#store = store;
    this.#tokens = tokens;
  }

  /** Begins a login of a user who has proven to be one. */
  async begin(user: User): Promise<Given> {
    const login = await this.#store
      .transaction()
      .execute((store) => openSession(store, user, Date.now() + longest));
    return this.#give(login);
  }

  /**
   * Begins the login of a service account, which has one token and comes back for another.
   * @param until the token that it was given for ends then, in milliseconds
   */
  async beginShort(user: User, until: number) {
    const expiresAt = Math.min(until, Date.now() + this.#tokens.lifetime);
    const login = await this.#store
      .transaction()
      .execute((store) => openSession(store, user, expiresAt));
    return this.#tokens.issue(login, expiresAt);
  }

  /**
   * New tokens for a refresh token. One that comes a second time was stolen, or its thief comes
   * now: its login ends.
   * @throws HFIT_TOKEN_INVALID
   */
  async goOn(refreshToken: string): Promise<{ login: Login; given: Given }> {
    const used = await useRefreshToken(this.#store, refreshToken);
    if (used && !used.isFirst) await revokeSession(this.#store, used.session);
    const login = used?.isFirst ? await findSession(this.#store, used.session) : undefined;
    if (!login) throw new HfitError('HFIT_TOKEN_INVALID', {});
    return { login, given: await this.#give(login) };
  }

  async #give(login: Login): Promise<Given> {
    const refreshUntil = Date.now() + idle;
    const refresh = await giveRefreshToken(this.#store, login.session, refreshUntil);
    const { token, expiresAt } = await this.#tokens.issue(login);
    return {
      token,
      expires_at: expiresAt.toISOString(),
      refresh_token: refresh,
      refresh_expires_at: new Date(refreshUntil).toISOString(),
    };
  }
}
