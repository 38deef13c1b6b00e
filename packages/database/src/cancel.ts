import type { Driver, Session } from './driver.js';

/**
 * Ends in the server what a session is about, as soon as the signal says so: a slow query would go
 * on there when its client has gone. Where no other session can be had, nothing is done.
 * @returns what ends the watch
 */
export async function cancelOn(
  driver: Driver,
  session: Session,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const { cancel } = driver.dialect;
  if (!cancel || (driver.readers ?? 1) < 2) return async () => {};
  const name = await cancel.name(session);
  let ending: Promise<void> | undefined;
  const onAbort = () => {
    ending = (async () => {
      const other = await driver.connect('read');
      let broken = true;
      try {
        await cancel.end(other, name);
        broken = false;
      } finally {
        await other.release(broken);
      }
    })().catch(() => {});
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return async () => {
    signal.removeEventListener('abort', onAbort);
    // Nobody else may get the connection while a cancel is on its way to it.
    await ending;
  };
}
