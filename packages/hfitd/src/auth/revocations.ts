import { HfitError } from '@hot-fixture/errors';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Access, Holdings } from '../access/access.js';
import { hasLost } from '../access/lost.js';
import { type Login, openAmong } from '../store/sessions.js';
import type { Store } from '../store/tables.js';

/** How often the store is asked while answers run, in milliseconds. */
const pause = 300;

const channel = 'hfitd:revoked';

interface Watched {
  readonly login: Login;
  readonly controller: AbortController;
  /** What the answer was begun under, and when, in milliseconds. */
  readonly holdings: Holdings;
  readonly begun: number;
}

/**
 * Ends the answers of those who may not have them any more: a login that was ended, a user who was
 * removed, rights that are less in any way, such as by a grant that has run out, is out of its hours
 * or denies. Another daemon that shares the store is heard within the pause, and at once where there
 * is a Redis.
 */
export class Revocations {
  readonly #store: Store;
  readonly #access: Access;
  readonly #redis: Redis | undefined;
  readonly #log: Logger;
  readonly #running = new Set<Watched>();
  #listener: Redis | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(store: Store, access: Access, redis: Redis | undefined, log: Logger) {
    this.#store = store;
    this.#access = access;
    this.#redis = redis;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), pause);
    this.#timer.unref();
    if (!this.#redis) return;
    // A connection that listens can do nothing else.
    this.#listener = this.#redis.duplicate({ lazyConnect: true });
    this.#listener.on('error', () => {});
    this.#listener.on('message', () => void this.#look());
    await this.#listener.connect().catch(() => {});
    await this.#listener.subscribe(channel).catch(() => {});
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#listener?.disconnect();
    await this.#looking;
  }

  /**
   * Fires when the answer may go on no longer.
   * @param holdings what it is begun under
   * @returns the signal, and what ends the watch
   */
  watch(login: Login, holdings: Holdings): { signal: AbortSignal; end: () => void } {
    const controller = new AbortController();
    const watched = { login, controller, holdings, begun: Date.now() };
    this.#running.add(watched);
    return { signal: controller.signal, end: () => this.#running.delete(watched) };
  }

  /** Tells all daemons that something was taken away: call it after the change is in the store. */
  async tell(): Promise<void> {
    await this.#look();
    await this.#redis?.publish(channel, '1').catch(() => {});
  }

  /** One look at a time: what was changed during one is seen by the next. */
  async #look(): Promise<void> {
    await this.#looking;
    this.#looking = this.#lookOnce().catch((error) => {
      const reason = error instanceof HfitError ? error.code : (error as Error).name;
      this.#log.warn({ reason }, 'whether logins were ended could not be read');
    });
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    if (this.#running.size === 0) return;
    const running = [...this.#running];
    const ids = [...new Set(running.map(({ login }) => login.session))];
    const open = await openAmong(this.#store, ids);
    for (const watched of running) {
      const isIn = open.has(watched.login.session);
      if (isIn && !(await this.#hasLost(watched))) continue;
      this.#running.delete(watched);
      const code = isIn ? 'HFIT_ACCESS_CHANGED' : 'HFIT_TOKEN_INVALID';
      watched.controller.abort(new HfitError(code, {}));
    }
  }

  /** Asked of the cache of `access` mostly: it is read anew only after a change. */
  async #hasLost({ login, holdings, begun }: Watched): Promise<boolean> {
    return hasLost(holdings, begun, await this.#access.holdingsOf(login.user), Date.now());
  }
}
