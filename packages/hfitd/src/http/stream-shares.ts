import { WaitError } from '../access/wait-error.js';
import type { User } from '../store/users.js';

/** How soon it is worth asking again, in seconds: nobody knows when a stream ends. */
const seconds = 5;

/** Lets one user have a few streams of each source at the same time, in this process. */
export class StreamShares {
  readonly #held = new Map<string, number>();

  /**
   * Takes one.
   * @param most how many the user may have of the source
   * @returns gives it back; more than one call does no harm
   * @throws HFIT_STREAMS_TAKEN
   */
  take(user: User, source: string, most: number): () => void {
    const key = JSON.stringify([user.id, source]);
    const held = this.#held.get(key) ?? 0;
    if (held >= most) throw new WaitError('HFIT_STREAMS_TAKEN', { source, most, seconds });
    this.#held.set(key, held + 1);
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
    };
  }
}
