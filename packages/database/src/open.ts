import { HfitError } from '@hot-fixture/errors';
import { Database } from './database.js';
import type { Dialect } from './dialect.js';
import type { Driver, Opener } from './driver.js';
import { mysql } from './mysql/index.js';
import { postgresql } from './postgresql/index.js';
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
  { location }: OpenOptions = {},
): Promise<Database> {
  const opened = (driver: Driver) =>
    new Database(location === undefined ? driver : { ...driver, location });

  if (typeof target === 'string') {
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(target)?.[0]?.toLowerCase() ?? '';
    const entry = entries.find(({ schemes }) => schemes.includes(scheme));
    if (entry) return opened(await entry.fromUrl(target));
    throw new HfitError('HFIT_DATABASE_URL', {
      url: withoutPassword(target),
      schemes: entries.flatMap(({ schemes }) => schemes).join(', '),
    });
  }
  for (const entry of entries) {
    const driver = await entry.fromHandle(target);
    if (driver) return opened(driver);
  }
  throw new HfitError('HFIT_DATABASE_HANDLE', {
    handles: entries.flatMap(({ handles }) => handles).join(', '),
  });
}
