import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ChangeLog, TrackOptions } from '@hot-fixture/changes';
import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from '../command.js';
import { guardOf } from '../guard.js';

/** The options of every command that works with the change log of a database. */
export const logOptions = {
  database: {
    value: 'URL',
    text: 'The database, such as postgresql://localhost/shop_test or sqlite:test.db. Without it, that of HFIT_DATABASE.',
  },
  patience: {
    value: 'SECONDS',
    text: 'How long to wait for open transactions of others: 10 seconds by default.',
  },
  'dangerously-allow-any-database': {
    text: 'Work also on a database whose name does not say that it is for tests.',
  },
} as const;

export interface LogOptions {
  readonly database: string | undefined;
  readonly patience: string | undefined;
  readonly 'dangerously-allow-any-database': boolean;
}

/** Opens the database of a command, lends it with the options of its log, and closes it. */
export async function withDatabase<T>(
  context: Context,
  options: LogOptions,
  work: (database: Database, track: TrackOptions & { readonly folder: string }) => Promise<T>,
): Promise<T> {
  const url = options.database ?? context.env.HFIT_DATABASE;
  if (!url) {
    const reason = 'it does not say which database: --database URL is missing';
    throw new HfitError('HFIT_USAGE', { reason, help: context.help });
  }
  const { openDatabase } = await import('@hot-fixture/database');
  const track = {
    patience: patienceOf(context, options.patience),
    ...guardOf(options['dangerously-allow-any-database']),
    folder: checkpointFolder(context, url),
  };
  const database = await openDatabase(url);
  try {
    return await work(database, track);
  } finally {
    await database.close();
  }
}

/** The same for a command that needs a log that is switched on. */
export function withLog<T>(
  context: Context,
  options: LogOptions,
  work: (log: ChangeLog, database: Database) => Promise<T>,
): Promise<T> {
  return withDatabase(context, options, async (database, track) => {
    const { openChangeLog } = await import('@hot-fixture/changes');
    const log = await openChangeLog(database, track);
    try {
      return await work(log, database);
    } finally {
      await log.close();
    }
  });
}

/**
 * Where rows are kept for a role that may make nothing in the database: a folder for each database,
 * whoever connects to it.
 */
function checkpointFolder({ home }: Context, url: string): string {
  const digest = createHash('sha256').update(placeOf(url)).digest('hex').slice(0, 16);
  return join(home.path('checkpoints'), digest);
}

/** A path without a server is meant from here; of a server, its user and password do not matter. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname, search, username } = new URL(url);
  if (host === '') return `${protocol}${resolve(pathname)}`;
  return `${protocol}//${host}${pathname.length > 1 ? pathname : `/${username}`}${search}`;
}

function patienceOf({ help }: Context, text: string | undefined): number {
  if (text === undefined) return 10_000;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds * 1000;
  const reason = 'it is no number of seconds from 0 to 86400';
  throw new HfitError('HFIT_OPTION_VALUE', { option: '--patience', value: text, reason, help });
}
