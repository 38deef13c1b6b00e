import type { Driver, Session } from './driver.js';

/** Ends the statement that a session runs, from beside it. */
export type Cancel = () => Promise<void>;

/**
 * What ends in the server what a session is about: a slow query would go on there when its client
 * has gone. It never fails; where it cannot reach the server, nothing is done.
 * @returns null where no other session can be had
 */
export async function cancelOf(driver: Driver, session: Session): Promise<Cancel | null> {
  const { cancel } = driver.dialect;
  if (!cancel || !driver.beside) return null;
  const name = await cancel.name(session);
  return async () => {
    await beside(driver, (other) => cancel.end(other, name));
  };
}

/**
 * Does something on a session that waits for no other. It never fails.
 * @returns null where there is none, or the server cannot be reached
 */
export async function beside<T>(
  driver: Driver,
  work: (session: Session) => Promise<T>,
): Promise<T | null> {
  try {
    const session = await driver.beside?.();
    if (!session) return null;
    let broken = true;
    try {
      const done = await work(session);
      broken = false;
      return done;
    } finally {
      await session.release(broken);
    }
  } catch {
    // The server is gone, or takes nobody more: what was asked of it fails by itself.
    return null;
  }
}
