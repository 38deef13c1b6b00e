import { createHash } from 'node:crypto';
import type { Store } from './tables.js';

/**
 * Uses up a challenge, or what else may come once, whatever the answer to it is worth: one statement, so of many attempts at
 * the same moment exactly one gets true. Its digest is kept until the challenge ends.
 */
export async function useChallenge(
  store: Store,
  challenge: string,
  username: string,
  expiresAt: number,
): Promise<boolean> {
  const now = Date.now();
  const digest = createHash('sha256').update(challenge).digest('hex');
  // One transaction, because each one waits for the disk.
  const used = await store.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('challenges').where('expires_at', '<', now).execute();
    return transaction
      .insertInto('challenges')
      .values({ digest, username, expires_at: expiresAt, used_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
  });
  return used.numInsertedOrUpdatedRows === 1n;
}
