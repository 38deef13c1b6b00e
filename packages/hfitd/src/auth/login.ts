import { setTimeout as wait } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import { keepChallenge, useChallenge } from '../store/challenges.js';
import type { Store } from '../store/tables.js';
import { findUser, keysOf, type User } from '../store/users.js';
import { challengeLifetime, makeChallenge } from './challenge.js';
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

/** Gives a challenge to whoever asks: whether there is such a user is not looked at. */
export async function giveChallenge(
  store: Store,
  audience: string,
  username: string,
): Promise<Challenge> {
  const challenge = makeChallenge(audience);
  const expiresAt = new Date(Date.now() + challengeLifetime);
  await keepChallenge(store, challenge, nameOf(username), expiresAt.getTime());
  return { challenge, expiresAt };
}

/**
 * Checks the answer to a challenge, which is used up by it, right or wrong.
 * @throws HFIT_LOGIN_REFUSED, the same whatever the reason
 */
export async function logIn(
  store: Store,
  answer: { username: string; challenge: string; signature: string },
): Promise<User> {
  const refusable = wait(refusalTime);
  const username = nameOf(answer.username);
  const fresh = await useChallenge(store, answer.challenge, username);
  const user = await findUser(store, username);
  const keys = user ? await keysOf(store, user) : [];
  const signed = isSignedBy(keys, answer.challenge, answer.signature);
  if (fresh && user && signed) return user;
  await refusable;
  throw new HfitError('HFIT_LOGIN_REFUSED', {});
}

function nameOf(username: string): string {
  return username.trim().toLowerCase();
}
