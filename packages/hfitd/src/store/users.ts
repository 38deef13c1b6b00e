import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { subjectOf } from '../access/principal.js';
import type { PublicKey } from '../auth/public-key.js';
import { forgetSubject } from './groups.js';
import { revokeSessionsOf } from './sessions.js';
import type { Store } from './tables.js';

export interface User {
  readonly id: string;
  readonly email: string;
}

export interface UserSummary {
  email: string;
  keys: string[];
  templates: number;
  created_at: string;
}

/**
 * The form in which an e-mail address is stored and compared.
 * @throws HFIT_EMAIL_INVALID
 */
export function readEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > 254 || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)) {
    throw new HfitError('HFIT_EMAIL_INVALID', { email: email.slice(0, 254) });
  }
  return email;
}

/**
 * Adds a user, or one more key to a user who is there.
 * @throws HFIT_USER_KEY_KNOWN
 */
export async function addUser(
  store: Store,
  email: string,
  key: PublicKey,
): Promise<{ created: boolean }> {
  const now = Date.now();
  const known = await findUser(store, email);
  const user = known ?? { id: randomUUID(), email };
  if (!known)
    await store
      .insertInto('users')
      .values({ ...user, created_at: now })
      .execute();
  const added = await store
    .insertInto('keys')
    .values({
      fingerprint: key.fingerprint,
      user_id: user.id,
      public_key: key.pem,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) {
    throw new HfitError('HFIT_USER_KEY_KNOWN', { email, fingerprint: key.fingerprint });
  }
  return { created: !known };
}

/** The user that stands for a service account: made when it first comes. */
export async function ensureUser(store: Store, email: string): Promise<User> {
  await store
    .insertInto('users')
    .values({ id: randomUUID(), email, created_at: Date.now() })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .execute();
  const user = await findUser(store, email);
  if (!user) throw new HfitError('HFIT_USER_UNKNOWN', { email });
  return user;
}

/**
 * Removes a user with the keys, templates, grants and memberships; tokens of this user end with it.
 * @throws HFIT_USER_UNKNOWN
 */
export async function removeUser(store: Store, email: string): Promise<void> {
  const removed = await store.deleteFrom('users').where('email', '=', email).executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw new HfitError('HFIT_USER_UNKNOWN', { email });
  await forgetSubject(store, subjectOf({ email }));
}

/**
 * Takes a key away. Who has logged in with it is not known, so all logins of the user end.
 * @throws HFIT_USER_UNKNOWN, HFIT_USER_KEY_UNKNOWN
 */
export async function removeKey(store: Store, email: string, fingerprint: string): Promise<void> {
  const user = await findUser(store, email);
  if (!user) throw new HfitError('HFIT_USER_UNKNOWN', { email });
  const removed = await store
    .deleteFrom('keys')
    .where('user_id', '=', user.id)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  if (removed.numDeletedRows === 0n) {
    throw new HfitError('HFIT_USER_KEY_UNKNOWN', { email, fingerprint });
  }
  await revokeSessionsOf(store, user);
}

export function findUser(store: Store, email: string): Promise<User | undefined> {
  return store
    .selectFrom('users')
    .select(['id', 'email'])
    .where('email', '=', email)
    .executeTakeFirst();
}

export function findUserById(store: Store, id: string): Promise<User | undefined> {
  return store.selectFrom('users').select(['id', 'email']).where('id', '=', id).executeTakeFirst();
}

/** The public keys of a user, as SPKI in PEM. */
export async function keysOf(store: Store, userId: string): Promise<string[]> {
  const rows = await store
    .selectFrom('keys')
    .select('public_key')
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.public_key);
}

export async function listUsers(store: Store): Promise<UserSummary[]> {
  const users = await store.selectFrom('users').selectAll().orderBy('email').execute();
  const keys = await store.selectFrom('keys').selectAll().orderBy('created_at').execute();
  const templates = await store.selectFrom('templates').select('user_id').execute();
  return users.map((user) => ({
    email: user.email,
    keys: keys.filter((key) => key.user_id === user.id).map((key) => key.fingerprint),
    templates: templates.filter((template) => template.user_id === user.id).length,
    created_at: new Date(user.created_at).toISOString(),
  }));
}
