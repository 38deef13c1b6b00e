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
    try {
      const other = (await driver.beside?.()) as Session;
      let broken = true;
      try {
        await cancel.end(other, name);
        broken = false;
      } finally {
        await other.release(broken);
      }
    } catch {
      // The server is gone, or takes nobody more: what was asked of it fails by itself.
    }
  };
}
