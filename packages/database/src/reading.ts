import { HfitError } from '@hot-fixture/errors';
import type { Driver, Session } from './driver.js';

/** How a database that is only read from is used. */
export interface Reading {
  /** How many sessions at the same time; others wait in line. */
  readonly connections: number;
  /** How long one waits in line at most, in seconds. */
  readonly queue: number;
  /** Whether an account that may do more than read is taken all the same. */
  readonly allowWriters: boolean;
  /** Is told of each session that somebody asks for. */
  readonly watch?: () => SessionWatch;
}

/** Who wants to know how long a session is waited for and used. */
export interface SessionWatch {
  /** It is there. */
  begun(): void;
  /** It was given back, or there was none. */
  ended(error?: unknown): void;
}

/** How much of what `Reading` allows is taken at this moment. */
export interface ReadingNow {
  /** How many sessions there may be. */
  readonly size: number;
  readonly inUse: number;
  /** How many wait in line for one. */
  readonly waiting: number;
}

/**
 * A driver that never writes, holds no more sessions than it is told, and before its first one looks
 * at what its account may do.
 * Its sessions throw HFIT_ACCOUNT_WRITES, HFIT_DATABASE_CROWDED, HFIT_DATABASE_READ_ONLY.
 */
export function forReading(driver: Driver, reading: Reading): Driver {
  const places = new Places(reading.connections);
  let admitted = reading.allowWriters;
  return {
    ...driver,
    readingNow: () => places.now,
    async connect(purpose) {
      const database = driver.location;
      if (purpose !== 'read') throw new HfitError('HFIT_DATABASE_READ_ONLY', { database });
      const watch = reading.watch?.();
      if (!(await places.take(reading.queue * 1000))) {
        const crowded = { database, seconds: reading.queue };
        const error = new HfitError('HFIT_DATABASE_CROWDED', crowded);
        watch?.ended(error);
        throw error;
      }
      let session: Session | undefined;
      try {
        const opened = await driver.connect(purpose);
        session = opened;
        if (!admitted) await admit(driver, opened);
        admitted = true;
        watch?.begun();
        const release = async (broken: boolean) => {
          try {
            await opened.release(broken);
          } finally {
            places.giveBack();
            watch?.ended();
          }
        };
        return { ...opened, release };
      } catch (error) {
        await session?.release(true).catch(() => {});
        places.giveBack();
        watch?.ended(error);
        throw error;
      }
    },
  };
}

/** What lies in a file or in this process has no accounts: there, sessions are opened to read. */
async function admit(driver: Driver, session: Session): Promise<void> {
  if (driver.home !== undefined || driver.inMemory) return;
  const powers = (await driver.dialect.powers?.(session)) ?? [];
  if (powers.length === 0) return;
  const shown = powers.slice(0, 5).join('; ') + (powers.length > 5 ? '; and more' : '');
  throw new HfitError('HFIT_ACCOUNT_WRITES', { database: driver.location, powers: shown });
}

/** First come, first served. */
class Places {
  readonly #count: number;
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  get now(): ReadingNow {
    const size = this.#count;
    return { size, inUse: size - this.#free, waiting: this.#waiting.size };
  }

  /** @returns false where none came free in time */
  async take(milliseconds: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(go);
        resolve(false);
      }, milliseconds);
      this.#waiting.add(go);
    });
  }

  giveBack(): void {
    const [next] = this.#waiting;
    // The place goes over to the next one, so nobody can slip in between.
    if (!next) this.#free += 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
