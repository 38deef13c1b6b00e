import { HfitError } from '@hot-fixture/errors';

/** How long to wait for the only connection of a handle, in milliseconds. */
const patience = 60_000;

/** Lets one user at a time have what cannot be shared, such as a single connection. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the turn; call what it gives back to end the turn. */
  async take(): Promise<() => void> {
    const { before, free } = this.#next();
    await before;
    return free;
  }

  /**
   * The same, for what may be held by the very one who waits: an extraction, and within it another
   * look at its database.
   * @param location for messages
   * @throws HFIT_DATABASE_BUSY
   */
  async takeSoon(location: string, wait = patience): Promise<() => void> {
    const { before, free } = this.#next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), wait);
    });
    const first = await Promise.race([before, late]);
    clearTimeout(timer);
    if (first !== 'late') return free;
    // Those behind still have to wait for those before.
    void before.then(free);
    const reason = `its one connection was not given back within ${wait / 1000} seconds: something that reads or writes is still open`;
    throw new HfitError('HFIT_DATABASE_BUSY', { database: location, reason });
  }

  #next() {
    const before = this.#last;
    let free = () => {};
    this.#last = new Promise((resolve) => {
      free = resolve;
    });
    return { before, free };
  }
}
