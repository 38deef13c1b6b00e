import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Store } from './tables.js';
import type { User } from './users.js';

/** A login that is open: its tokens name it, and end with it. */
export interface Login {
  readonly session: string;
  readonly user: User;
}

/** Remembers a login, and forgets those that have ended. */
export async function openSession(store: Store, user: User, expiresAt: number): Promise<Login> {
  const session = randomUUID();
  await store.deleteFrom('sessions').where('expires_at', '<', Date.now()).execute();
  await store
    .insertInto('sessions')
    .values({
      id: session,
      user_id: user.id,
      expires_at: expiresAt,
      revoked_at: null,
    })
    .execute();
  return { session, user };
}

/** A login that is open; the user is there too. */
export async function findSession(store: Store, session: string): Promise<Login | undefined> {
  const found = await store
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.email'])
    .where('sessions.id', '=', session)
    .where('sessions.revoked_at', 'is', null)
    .where('sessions.expires_at', '>', Date.now())
    .executeTakeFirst();
  return found && { session, user: found };
}

/** Those of the sessions that are open. */
export async function openAmong(store: Store, sessions: readonly string[]): Promise<Set<string>> {
  const open = new Set<string>();
  // SQLite takes no more than so many variables in one statement.
  for (let from = 0; from < sessions.length; from += 500) {
    const rows = await store
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select('sessions.id')
      .where('sessions.id', 'in', sessions.slice(from, from + 500))
      .where('sessions.revoked_at', 'is', null)
      .execute();
    for (const { id } of rows) open.add(id);
  }
  return open;
}

export async function revokeSession(store: Store, session: string): Promise<void> {
  await store
    .updateTable('sessions')
    .set({ revoked_at: Date.now() })
    .where('id', '=', session)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Ends all logins of a user, and gives how many there were. */
export async function revokeSessionsOf(store: Store, user: User): Promise<number> {
  const { numUpdatedRows } = await store
    .updateTable('sessions')
    .set({ revoked_at: Date.now() })
    .where('user_id', '=', user.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** A refresh token of a session: it is good once. Only its digest is kept. */
export async function giveRefreshToken(
  store: Store,
  session: string,
  expiresAt: number,
): Promise<string> {
  const token = `hfr1.${randomBytes(32).toString('base64url')}`;
  await store
    .insertInto('refresh_tokens')
    .values({ digest: digestOf(token), session_id: session, expires_at: expiresAt, used_at: null })
    .execute();
  return token;
}

/**
 * Uses up a refresh token: one statement, so of many attempts at the same moment exactly one wins.
 * @returns the session, and whether this use is the first; undefined where there is no such token
 */
export async function useRefreshToken(
  store: Store,
  token: string,
): Promise<{ session: string; isFirst: boolean } | undefined> {
  const digest = digestOf(token);
  const now = Date.now();
  const used = await store
    .updateTable('refresh_tokens')
    .set({ used_at: now })
    .where('digest', '=', digest)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('session_id')
    .executeTakeFirst();
  if (used) return { session: used.session_id, isFirst: true };
  const known = await store
    .selectFrom('refresh_tokens')
    .select('session_id')
    .where('digest', '=', digest)
    .where('used_at', 'is not', null)
    .executeTakeFirst();
  return known && { session: known.session_id, isFirst: false };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
