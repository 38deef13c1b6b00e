import type { Dialect } from './dialect.js';
import type { Session } from './driver.js';

/**
 * Does something within a transaction that may fail, and takes it back alone if it does. Attempts
 * that go into each other need names of their own.
 * @returns null, or why it failed; a lost connection and a full disk are thrown
 */
export async function attempt(
  dialect: Dialect,
  session: Session,
  work: () => Promise<void>,
  point = 'hfit_attempt',
): Promise<{ readonly cause: unknown } | null> {
  await session.run(`SAVEPOINT ${point}`);
  try {
    await work();
  } catch (cause) {
    if (dialect.explain(cause).end) throw cause;
    await session.run(`ROLLBACK TO SAVEPOINT ${point}`);
    return { cause };
  }
  await session.run(`RELEASE SAVEPOINT ${point}`);
  return null;
}
