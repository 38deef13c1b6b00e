import { type Database, openDatabase, type ReadLimits } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { SourceSettings } from './config/settings.js';
import { noTracing, type Tracing } from './tracing/tracing.js';

type Settings = Readonly<Record<string, SourceSettings>>;

/** The databases that are given out from, open for as long as the daemon runs. */
export class Sources {
  readonly #databases: ReadonlyMap<string, Database>;
  readonly #settings: Settings;

  constructor(databases: ReadonlyMap<string, Database>, settings: Settings) {
    this.#databases = databases;
    this.#settings = settings;
  }

  /**
   * Opens them to be read from; whether a server answers shows when it is first asked.
   * @param connections of a source that says nothing of them
   * @throws HFIT_DATABASE_URL, HFIT_DATABASE_HANDLE, HFIT_DRIVER_MISSING and the like, with the
   *   name of the source
   */
  static async open(
    settings: Settings,
    connections = 4,
    tracing: Tracing = noTracing,
  ): Promise<Sources> {
    const databases = new Map<string, Database>();
    const sources = new Sources(databases, settings);
    try {
      for (const [name, source] of Object.entries(settings)) {
        databases.set(name, await open(name, source, connections, tracing));
      }
    } catch (error) {
      await sources.close();
      throw error;
    }
    return sources;
  }

  /**
   * Asks each whether it answers, and whether its account can do nothing but read. One that is slow
   * to answer counts as one that does not; an account is looked at once more when it is first used.
   * @param seconds how long each may take
   * @returns what is wrong with each, by its name; null where nothing is
   */
  async check(seconds = 5): Promise<Record<string, HfitError | null>> {
    const found = [...this.#databases].map(async ([name, database]) => {
      const signal = AbortSignal.timeout(seconds * 1000);
      const late = new Promise<never>((_, reject) => {
        const reason = `no answer within ${seconds} seconds`;
        const values = { database: database.location, reason };
        const onLate = () => reject(new HfitError('HFIT_DATABASE_UNREACHABLE', values));
        signal.addEventListener('abort', onLate, { once: true });
      });
      const asked = database.snapshot({ signal }).then((snapshot) => snapshot.close());
      const problem = await Promise.race([asked, late]).then(
        () => null,
        (error) => database.explain(error),
      );
      return [name, problem] as const;
    });
    return Object.fromEntries(await Promise.all(found));
  }

  /** Under their names as they were written. */
  get all(): Record<string, Database> {
    return Object.fromEntries(this.#databases);
  }

  /** What the configuration says of how long reading may take, by the name of each. */
  get limits(): Record<string, Partial<ReadLimits>> {
    const all = [...this.#databases.keys()].map((name) => {
      const { statementSeconds, lockSeconds } = this.#settings[name] ?? {};
      return [
        name,
        {
          ...(statementSeconds !== undefined && { statement: statementSeconds }),
          ...(lockSeconds !== undefined && { lock: lockSeconds }),
        },
      ] as const;
    });
    return Object.fromEntries(all);
  }

  /**
   * Finds one by its name in any case.
   * @param isSeen whether there is such a source for who asks
   * @throws HFIT_SOURCE_UNKNOWN
   */
  find(
    name: string,
    isSeen: (source: string) => boolean = () => true,
  ): { name: string; database: Database; limits: ReadLimits } {
    const seen = [...this.#databases].filter(([known]) => isSeen(known));
    for (const [known, database] of seen) {
      if (known.toLowerCase() !== name.toLowerCase()) continue;
      const limits = { statement: 60, lock: 10, idle: 600, ...this.limits[known] };
      return { name: known, database, limits };
    }
    const known = seen.map(([it]) => it).join(', ') || 'none';
    throw new HfitError('HFIT_SOURCE_UNKNOWN', { source: name, known });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#databases.values()].map((database) => database.close()));
  }
}

async function open(
  name: string,
  source: SourceSettings,
  usual: number,
  tracing: Tracing,
): Promise<Database> {
  const { connections = usual, queueSeconds = 30, dangerouslyAllowWriters = false } = source;
  const reading = {
    connections,
    queue: queueSeconds,
    allowWriters: dangerouslyAllowWriters,
    watch: () => {
      const span = tracing.child('read a source', { 'hfit.source': name });
      return { begun: () => span.event('connected'), ended: span.end };
    },
  };
  try {
    const target = 'url' in source ? source.url : source.handle;
    return await openDatabase(target, { location: `source ${name}`, reading });
  } catch (error) {
    throw error instanceof HfitError ? error.at(`source ${name}`) : error;
  }
}
