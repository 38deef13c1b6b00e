import type { Database, Session } from '@hot-fixture/database';

/** A session that is taken when it is first needed, and replaced when its connection was lost. */
export class LentSession {
  readonly #database: Database;
  #session: Session | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs one call after the other: each begins and ends its own transaction. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#run(work));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #run<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.#session ??= await this.#database.logSession();
    try {
      return await work(this.#session);
    } catch (error) {
      const failure = this.#database.explain(error);
      if (failure.code === 'HFIT_DATABASE_LOST') await this.#giveBack(true);
      throw failure;
    }
  }

  /** Gives the session back; the next use takes another one. */
  async close(): Promise<void> {
    await this.#last;
    await this.#giveBack(false);
  }

  async #giveBack(broken: boolean): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.release(broken);
  }
}
