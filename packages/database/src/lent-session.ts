import type { Session } from './driver.js';

/** A session within a transaction that reads. */
export interface LentSession {
  readonly session: Session;
  /** Ends the transaction, and gives the session back. */
  end(broken: boolean): Promise<void>;
}

/** @param rollback ends its transaction */
export function lent(session: Session, rollback: string): LentSession {
  return {
    session,
    async end(broken) {
      let isBroken = broken;
      try {
        if (!broken) await session.run(rollback);
      } catch {
        isBroken = true;
      }
      await session.release(isBroken);
    },
  };
}

/**
 * One session for all who read at the same time, where nobody can write meanwhile: they see the same
 * moment in any case, and who reads twice does not wait for himself.
 */
export class SharedSession {
  #lent: Promise<LentSession> | null = null;
  #readers = 0;
  #broken = false;

  /** @param open called where nobody reads */
  async borrow(open: () => Promise<LentSession>): Promise<LentSession> {
    if (!this.#lent) {
      this.#lent = open();
      this.#broken = false;
    }
    const opened = this.#lent;
    this.#readers += 1;
    try {
      const { session } = await opened;
      return { session, end: (broken) => this.#end(broken) };
    } catch (error) {
      this.#readers -= 1;
      if (this.#lent === opened) this.#lent = null;
      throw error;
    }
  }

  async #end(broken: boolean): Promise<void> {
    this.#broken ||= broken;
    this.#readers -= 1;
    if (this.#readers > 0) return;
    const last = await (this.#lent as Promise<LentSession>);
    // Somebody may have come meanwhile.
    if (this.#readers > 0) return;
    this.#lent = null;
    await last.end(this.#broken);
  }
}
