import { randomUUID } from 'node:crypto';
import {
  type Database,
  openDatabase,
  type ReadLimits,
  withoutPassword,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { SourceSettings } from './config/settings.js';
import { noTracing, type Tracing } from './tracing/tracing.js';

type Settings = Readonly<Record<string, SourceSettings>>;
type Opener = (name: string, source: SourceSettings) => Promise<Database>;

/** How long a source that was taken away must have been idle before it is closed, in milliseconds. */
const idleFor = 30_000;

/** Other sources, opened and not in force yet: one of both is to be called. */
export interface NextSources {
  /** What is wrong with those that were opened; null where nothing is. */
  check(): Promise<Record<string, HfitError | null>>;
  /** From now on they are the sources. Whoever reads from one that is gone can end that. */
  apply(): void;
  discard(): Promise<void>;
}

/** The databases that are given out from, open for as long as the daemon runs. */
export class Sources {
  #databases: ReadonlyMap<string, Database> = new Map();
  #settings: Settings = {};
  readonly #open: Opener;
  readonly #usual: number;
  readonly #leaving = new Map<Database, NodeJS.Timeout>();

  /** @param usual the connections of a source that says nothing of them */
  constructor(open: Opener, usual = 4) {
    this.#open = open;
    this.#usual = usual;
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
    const opener: Opener = (name, source) => open(name, source, connections, tracing);
    const sources = new Sources(opener, connections);
    const next = await sources.next(settings);
    next.apply();
    return sources;
  }

  /**
   * Opens what is new in other settings. What stays as it is keeps its connections.
   * @throws as `open` does: then nothing stays open
   */
  async next(settings: Settings): Promise<NextSources> {
    const opened = new Map<string, Database>();
    const all = new Map<string, Database>();
    const discard = () => closeAll(opened.values());
    try {
      for (const [name, source] of Object.entries(settings)) {
        const kept = this.#databases.get(name);
        const stays = kept && isSame(source, this.#settings[name]);
        const database = stays ? kept : await this.#open(name, source);
        if (!stays) opened.set(name, database);
        all.set(name, database);
      }
    } catch (error) {
      await discard();
      throw error;
    }
    return {
      check: () => problemsOf(opened, 5),
      discard,
      apply: () => {
        const gone = [...this.#databases.values()].filter((it) => ![...all.values()].includes(it));
        this.#databases = all;
        this.#settings = settings;
        for (const database of gone) this.#closeWhenIdle(database);
      },
    };
  }

  /**
   * Asks each whether it answers, and whether its account can do nothing but read. One that is slow
   * to answer counts as one that does not; an account is looked at once more when it is first used.
   * @param seconds how long each may take
   * @returns what is wrong with each, by its name; null where nothing is
   */
  check(seconds = 5): Promise<Record<string, HfitError | null>> {
    return problemsOf(this.#databases, seconds);
  }

  /** Under their names as they were written. */
  get all(): Record<string, Database> {
    return Object.fromEntries(this.#databases);
  }

  /** Tells of each, by its name, which database it is; a password is no part of that. */
  get places(): Record<string, string> {
    const all = [...this.#databases.keys()].map((name) => [name, placeOf(this.#settings[name])]);
    return Object.fromEntries(all);
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

  /** How many streams one user may have of a source: so that others find a connection too. */
  streamsPerUser(name: string): number {
    const { connections = this.#usual, streamsPerUser } = this.#settings[name] ?? {};
    return streamsPerUser ?? Math.max(1, Math.floor(connections / 2));
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
    for (const timer of this.#leaving.values()) clearInterval(timer);
    await closeAll([...this.#databases.values(), ...this.#leaving.keys()]);
    this.#leaving.clear();
  }

  /** Who has taken it a moment ago may not have asked for a connection yet: so it is looked at twice. */
  #closeWhenIdle(database: Database): void {
    let wasIdle = false;
    const look = () => {
      const { inUse = 0, waiting = 0 } = database.readingNow ?? {};
      const isIdle = inUse + waiting === 0;
      if (isIdle && wasIdle) {
        clearInterval(timer);
        this.#leaving.delete(database);
        void closeAll([database]);
      }
      wasIdle = isIdle;
    };
    const timer = setInterval(look, idleFor);
    timer.unref();
    this.#leaving.set(database, timer);
  }
}

/** Of the handle of an embedding program nothing is known but that it is another one. */
const handles = new WeakMap<object, string>();

function placeOf(source: SourceSettings | undefined): string {
  if (source === undefined) return '';
  if ('url' in source) return withoutPassword(source.url);
  const known = handles.get(source.handle) ?? randomUUID();
  handles.set(source.handle, known);
  return known;
}

async function closeAll(databases: Iterable<Database>): Promise<void> {
  await Promise.allSettled([...databases].map((database) => database.close()));
}

/** Handles are the same where they are the same object. */
function isSame(source: SourceSettings, before: SourceSettings | undefined): boolean {
  const [here, there] = [Object.entries(source), Object.entries(before ?? {})];
  const known = new Map<string, unknown>(there);
  return (
    here.length === there.length &&
    here.every(([name, value]) => known.has(name) && known.get(name) === value)
  );
}

async function problemsOf(
  databases: ReadonlyMap<string, Database>,
  seconds: number,
): Promise<Record<string, HfitError | null>> {
  const found = [...databases].map(async ([name, database]) => {
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
