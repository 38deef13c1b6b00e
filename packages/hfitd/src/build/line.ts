import { HfitError } from '@hot-fixture/errors';

interface Waiting {
  readonly who: string | undefined;
  readonly go: () => void;
}

/**
 * Lets a few work at the same time; the others wait in line, first come, first served. One user has
 * half of the places at most, so that others find one too.
 */
export class Line {
  readonly #atOnce: number;
  readonly #longest: number;
  readonly #waiting: Waiting[] = [];
  readonly #held = new Map<string, number>();
  #working = 0;

  constructor(atOnce: number, longest = 100) {
    this.#atOnce = atOnce;
    this.#longest = longest;
  }

  get working(): number {
    return this.#working;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a place.
   * @param signal ends the waiting, with its own reason
   * @param who the user that it is for
   * @returns gives the place back; more than one call does no harm
   * @throws HFIT_SERVER_BUSY
   */
  async enter(signal: AbortSignal, who?: string): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#hasRoom(who)) this.#take(who);
    else await this.#wait(signal, who);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#working--;
      if (who !== undefined) this.#held.set(who, (this.#held.get(who) ?? 1) - 1);
      if (who !== undefined && this.#held.get(who) === 0) this.#held.delete(who);
      const next = this.#waiting.findIndex((it) => this.#hasRoom(it.who));
      const [waiting] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!waiting) return;
      // The place is taken at once, so nobody can slip in between.
      this.#take(waiting.who);
      waiting.go();
    };
  }

  #hasRoom(who: string | undefined): boolean {
    if (this.#working >= this.#atOnce) return false;
    const own = Math.max(1, Math.floor(this.#atOnce / 2));
    return who === undefined || (this.#held.get(who) ?? 0) < own;
  }

  #take(who: string | undefined): void {
    this.#working++;
    if (who !== undefined) this.#held.set(who, (this.#held.get(who) ?? 0) + 1);
  }

  #wait(signal: AbortSignal, who: string | undefined): Promise<void> {
    // One user alone does not fill the line either.
    const mine = this.#waiting.filter((it) => it.who === who).length;
    const isMine = who !== undefined && mine >= this.#longest / 2;
    if (isMine || this.#waiting.length >= this.#longest) {
      throw new HfitError('HFIT_SERVER_BUSY', { waiting: this.#waiting.length });
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { who, go };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }
}
