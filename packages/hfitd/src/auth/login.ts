import { setTimeout as wait } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import { WaitError } from '../access/wait-error.js';
import { useChallenge } from '../store/challenges.js';
import { clockTolerance } from '../store/clock.js';
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

/** Lets users in who sign a challenge. Whoever asks for one leaves nothing behind here. */
export class Logins {
  readonly #store: Store;
  readonly #audience: () => string;
  readonly #most: number;
  #secret: Promise<Uint8Array> | undefined;
  #working = 0;

  /** @param most how many answers are looked at, or wait for their refusal, at the same moment */
  constructor(store: Store, audience: () => string, most: number) {
    this.#store = store;
    this.#audience = audience;
    this.#most = most;
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
    if (this.#working >= this.#most) throw new WaitError('HFIT_TOO_MANY_REQUESTS', { seconds: 1 });
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
    const left = end === null ? 0 : end - Date.now();
    // One that lives longer was made by a clock that is ahead of this one.
    const isOurs = end !== null && left > 0 && left <= challengeLifetime + clockTolerance;
    // What nobody was given is no reason to write anything down.
    const fresh = isOurs && (await useChallenge(this.#store, answer.challenge, username, end));
    const user = await findUser(this.#store, username);
    // Asked of nobody too, so that the store does the same work.
    const keys = await keysOf(this.#store, user?.id ?? '');
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
