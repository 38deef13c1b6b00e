import { type Database, openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { SourceSettings } from './config/settings.js';

/** The databases that are given out from, open for as long as the daemon runs. */
export class Sources {
  readonly #databases: ReadonlyMap<string, Database>;

  constructor(databases: ReadonlyMap<string, Database>) {
    this.#databases = databases;
  }

  /**
   * Opens them; whether a server answers shows when it is first asked.
   * @throws HFIT_DATABASE_URL, HFIT_DATABASE_HANDLE, HFIT_DRIVER_MISSING and the like, with the
   *   name of the source
   */
  static async open(settings: Readonly<Record<string, SourceSettings>>): Promise<Sources> {
    const databases = new Map<string, Database>();
    const sources = new Sources(databases);
    try {
      for (const [name, source] of Object.entries(settings)) {
        databases.set(name, await open(name, 'url' in source ? source.url : source.handle));
      }
    } catch (error) {
      await sources.close();
      throw error;
    }
    return sources;
  }

  /** Under their names as they were written. */
  get all(): Record<string, Database> {
    return Object.fromEntries(this.#databases);
  }

  /**
   * Finds one by its name in any case.
   * @param isSeen whether there is such a source for who asks
   * @throws HFIT_SOURCE_UNKNOWN
   */
  find(
    name: string,
    isSeen: (source: string) => boolean = () => true,
  ): { name: string; database: Database } {
    const seen = [...this.#databases].filter(([known]) => isSeen(known));
    for (const [known, database] of seen) {
      if (known.toLowerCase() === name.toLowerCase()) return { name: known, database };
    }
    const known = seen.map(([it]) => it).join(', ') || 'none';
    throw new HfitError('HFIT_SOURCE_UNKNOWN', { source: name, known });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#databases.values()].map((database) => database.close()));
  }
}

async function open(name: string, target: string | object): Promise<Database> {
  try {
    return await openDatabase(target, { location: `source ${name}` });
  } catch (error) {
    throw error instanceof HfitError ? error.at(`source ${name}`) : error;
  }
}
