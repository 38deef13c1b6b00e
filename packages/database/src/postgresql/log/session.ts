import type { CopySession } from '../dialect.js';

/** A session of a change log. */
export interface LogSession extends CopySession {
  /** Others use the connection too: it is had for one call, and left as it was. */
  readonly shared: boolean;
  /** Runs a call that nobody comes between. */
  alone<T>(call: () => Promise<T>): Promise<T>;
}

/** On a connection that nobody else uses. */
export function ownSession(session: CopySession): LogSession {
  return { ...session, shared: false, alone: (call) => call() };
}

/**
 * On the one connection that there is.
 * @param take waits for the turn; what it gives ends it
 */
export function sharedSession(session: CopySession, take: () => Promise<() => void>): LogSession {
  return {
    ...session,
    shared: true,
    async alone(call) {
      const free = await take();
      try {
        return await call();
      } finally {
        free();
      }
    },
  };
}
