import { HfitError } from '@hot-fixture/errors';
import { Database } from './database.js';
import type { Dialect } from './dialect.js';
import type { Driver, Opener } from './driver.js';
import { mysql } from './mysql/index.js';
import { postgresql } from './postgresql/index.js';
import { forReading, type Reading } from './reading.js';
import { guardedServer } from './server/guarded.js';
import type { Server } from './server/server.js';
import { sqlite } from './sqlite/index.js';
import { withoutPassword } from './url.js';

/** What a dialect's folder gives to the rest: its SQL, and how to open it. */
export interface DialectEntry extends Opener {
  readonly dialect: Dialect;
}

const entries: DialectEntry[] = [postgresql, mysql, sqlite];

/** Adds a dialect of a third party; one of the same name is replaced. */
export function registerDialect(entry: DialectEntry): void {
  const at = entries.findIndex(({ dialect }) => dialect.name === entry.dialect.name);
  if (at === -1) entries.push(entry);
  else entries[at] = entry;
}

/**
 * The dialect of that name, as a dataset carries it.
 * @throws HFIT_LOAD_DIALECT
 */
export function dialectNamed(name: string): Dialect {
  const entry = entries.find(({ dialect }) => dialect.name === name);
  if (entry) return entry.dialect;
  const known = entries.map(({ dialect }) => dialect.name).join(', ');
  throw new HfitError('HFIT_LOAD_DIALECT', { from: name, to: `any of ${known}` });
}

export interface OpenOptions {
  /** What messages call it by; without it the URL, less its password. */
  readonly location?: string;
  /**
   * Nobody wants it back after a crash of the machine, so no write waits for the disk where a
   * connection can say so. Of the database of a handle its owner decides.
   */
  readonly throwAway?: boolean;
  /** It is only read from, and so; a write throws HFIT_DATABASE_READ_ONLY. */
  readonly reading?: Reading;
}

/**
 * Opens a database by its URL, or wraps a handle that the user already has (which stays the
 * user's: closing the database does not close it).
 * @param target `postgresql://…`, `mysql://…`, `mariadb://…`, `sqlite:FILE`, `sqlite::memory:`,
 *   `pglite:FOLDER`, `pglite::memory:`; or a handle of one of the driver packages
 * @throws HFIT_DATABASE_URL, HFIT_DATABASE_HANDLE, HFIT_DRIVER_MISSING
 */
export async function openDatabase(
  target: string | object,
  { location, throwAway = false, reading }: OpenOptions = {},
): Promise<Database> {
  const opened = (driver: Driver) => {
    const named = location === undefined ? driver : { ...driver, location };
    return new Database(reading ? forReading(named, reading) : named);
  };

  if (typeof target === 'string') {
    return opened(await entryOf(target).fromUrl(target, throwAway, reading?.connections));
  }
  for (const entry of entries) {
    const driver = await entry.fromHandle(target);
    if (driver) return opened(driver);
  }
  throw new HfitError('HFIT_DATABASE_HANDLE', {
    handles: entries.flatMap(({ handles }) => handles).join(', '),
  });
}

/**
 * Opens the place where the database of a URL lies, to make others beside it. That database need
 * not be there, and is not touched.
 * @throws HFIT_DATABASE_URL, HFIT_DATABASE_UNREACHABLE, HFIT_DRIVER_MISSING; the calls of the server
 *   throw HFIT_DATABASE_QUERY and HFIT_DATABASE_LOST
 */
export async function openServer(url: string): Promise<Server> {
  const { dialect, server, schemes } = entryOf(url);
  const location = withoutPassword(url);
  if (!server) throw new HfitError('HFIT_DATABASE_URL', { url: location, schemes: schemes.join() });
  try {
    return guardedServer(await server(url));
  } catch (error) {
    if (error instanceof HfitError) throw error;
    const { reason } = dialect.explain(error);
    throw new HfitError(
      'HFIT_DATABASE_UNREACHABLE',
      { database: location, reason },
      { cause: error },
    );
  }
}

function entryOf(url: string): DialectEntry {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0]?.toLowerCase() ?? '';
  const entry = entries.find(({ schemes }) => schemes.includes(scheme));
  if (entry) return entry;
  throw new HfitError('HFIT_DATABASE_URL', {
    url: withoutPassword(url),
    schemes: entries.flatMap(({ schemes }) => schemes).join(', '),
  });
}
