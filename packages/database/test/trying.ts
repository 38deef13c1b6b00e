import type { Database, Session } from '../src/index.js';

/** Runs work in a transaction on this database, and takes it back. */
export async function trying(
  database: Database,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const done = new Error('done');
  const outcome = database.transaction(async (session) => {
    await work(session);
    throw done;
  });
  await outcome.catch((error) => {
    if ((error as Error).cause !== done) throw error;
  });
}
