import { setTimeout as wait } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import { useChallenge } from '../store/challenges.js';
import { readSecret } from '../store/secrets.js';
import type { Store } from '../store/tables.js';
import { findUser, keysOf, type User } from '../store/users.js';
import { challengeLifetime, makeChallenge, readChallenge } from './challenge.js';
import { isSignedBy } from './signature.js';

export interface Challenge {
  readonly challenge: string;
  readonly expiresAt: Date;
}

/**
 * Every refusal takes this long from its beginning, in milliseconds, so that neither the reason nor
 * the sort and number of keys shows in the time.
 */
const refusalTime = 100;

/** So many answers are looked at, or wait for their refusal, at the same moment. */
const most = 200;

/** Lets users in who sign a challenge. Whoever asks for one leaves nothing behind here. */
export class Logins {
  readonly #store: Store;
  readonly #audience: () => string;
  #secret: Promise<Uint8Array> | undefined;
  #working = 0;

  constructor(store: Store, audience: () => string) {
    this.#store = store;
    this.#audience = audience;
  }

  /** Gives a challenge to whoever asks: whether there is such a user is not looked at. */
  async giveChallenge(username: string): Promise<Challenge> {
    const end = Math.floor((Date.now() + challengeLifetime) / 1000) * 1000;
    const secret = await this.#readSecret();
    const challenge = makeChallenge(secret, this.#audience(), nameOf(username), end);
    return { challenge, expiresAt: new Date(end) };
  }

  /**
   * Checks the answer to a challenge, which is used up by it, right or wrong.
   * @throws HFIT_LOGIN_REFUSED, the same whatever the reason; HFIT_TOO_MANY_REQUESTS
   */
  async logIn(answer: { username: string; challenge: string; signature: string }): Promise<User> {
    if (this.#working >= most) throw new HfitError('HFIT_TOO_MANY_REQUESTS', { seconds: 1 });
    this.#working++;
    try {
      const refusable = wait(refusalTime);
      const user = await this.#check(answer);
      if (user) return user;
      await refusable;
      throw new HfitError('HFIT_LOGIN_REFUSED', {});
    } finally {
      this.#working--;
    }
  }

  async #check(answer: { username: string; challenge: string; signature: string }) {
    const username = nameOf(answer.username);
    const secret = await this.#readSecret();
    const end = readChallenge(secret, this.#audience(), username, answer.challenge);
    const isOurs = end !== null && end > Date.now();
    // What nobody was given is no reason to write anything down.
    const fresh = isOurs && (await useChallenge(this.#store, answer.challenge, username, end));
    const user = await findUser(this.#store, username);
    const keys = user ? await keysOf(this.#store, user) : [];
    const signed = isSignedBy(keys, answer.challenge, answer.signature);
    return fresh && user && signed ? user : null;
  }

  #readSecret(): Promise<Uint8Array> {
    this.#secret ??= readSecret(this.#store, 'challenge').catch((error) => {
      this.#secret = undefined;
      throw error;
    });
    return this.#secret;
  }
}

function nameOf(username: string): string {
  return username.trim().toLowerCase();
}
