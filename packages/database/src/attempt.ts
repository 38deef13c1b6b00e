import type { Dialect } from './dialect.js';
import type { Session } from './driver.js';

/**
 * Does something within a transaction that may fail, and takes it back alone if it does. Attempts
 * do not go into each other.
 * @returns null, or why it failed; a lost connection is thrown
 */
export async function attempt(
  dialect: Dialect,
  session: Session,
  work: () => Promise<void>,
): Promise<{ readonly cause: unknown } | null> {
  await session.run('SAVEPOINT hfit_attempt');
  try {
    await work();
  } catch (cause) {
    if (dialect.explain(cause).lost) throw cause;
    await session.run('ROLLBACK TO SAVEPOINT hfit_attempt');
    return { cause };
  }
  await session.run('RELEASE SAVEPOINT hfit_attempt');
  return null;
}
