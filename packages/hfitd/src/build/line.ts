import { HfitError } from '@hot-fixture/errors';

/** Lets a few work at the same time; the others wait in line, first come, first served. */
export class Line {
  readonly #atOnce: number;
  readonly #longest: number;
  readonly #waiting: (() => void)[] = [];
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
   * @returns gives the place back; more than one call does no harm
   * @throws HFIT_SERVER_BUSY
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#working >= this.#atOnce) await this.#wait(signal);
    else this.#working++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place goes over to the next one, so nobody can slip in between.
      if (next) next();
      else this.#working--;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#longest) {
      throw new HfitError('HFIT_SERVER_BUSY', { waiting: this.#waiting.length });
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(go);
    });
  }
}
