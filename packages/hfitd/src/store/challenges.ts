import { createHash } from 'node:crypto';
import type { Store } from './tables.js';

function digestOf(challenge: string): string {
  return createHash('sha256').update(challenge).digest('hex');
}

/** Remembers a challenge until it is used or expires, and forgets those that have expired. */
export async function keepChallenge(
  store: Store,
  challenge: string,
  username: string,
  expiresAt: number,
): Promise<void> {
  // One transaction, because each one waits for the disk.
  await store.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('challenges').where('expires_at', '<', Date.now()).execute();
    await transaction
      .insertInto('challenges')
      .values({ digest: digestOf(challenge), username, expires_at: expiresAt, used_at: null })
      .execute();
  });
}

/**
 * Uses up a challenge, whatever the answer to it is worth: one statement, so of many attempts at
 * the same moment exactly one gets true.
 * @returns whether it was given to this user, is not expired and was not used before
 */
export async function useChallenge(
  store: Store,
  challenge: string,
  username: string,
): Promise<boolean> {
  const now = Date.now();
  const used = await store
    .updateTable('challenges')
    .set({ used_at: now })
    .where('digest', '=', digestOf(challenge))
    .where('used_at', 'is', null)
    .returning(['username', 'expires_at'])
    .executeTakeFirst();
  return used !== undefined && used.username === username && used.expires_at > now;
}
