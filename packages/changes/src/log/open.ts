import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { ChangeLog } from './change-log.js';
import { byCopies, hasCopies } from './copies.js';
import { LentSession } from './lent-session.js';
import { byLog } from './logged.js';
import { byReload, hasReload } from './reload.js';
import { defaultPatience, type Strategy, schemasOf } from './strategy.js';
import type { TrackOptions } from './track.js';
import { Verifier } from './verify.js';

/**
 * The change log that an earlier `track` has switched on, be it by another process. It changes
 * nothing in the database.
 * @throws HFIT_LOG_ABSENT, HFIT_NOT_A_TEST_DATABASE, HFIT_DATABASE_UNREACHABLE
 */
export async function openChangeLog(
  database: Database,
  options: Omit<TrackOptions, 'strategy'> = {},
): Promise<ChangeLog> {
  database.assertTestDatabase(options);
  const strategy = await findStrategy(database, new LentSession(database), options);
  if (!strategy) throw new HfitError('HFIT_LOG_ABSENT', { database: database.location });
  const status = await strategy.status();
  const { checkpoints } = status;
  const schemas = options.schemas ?? schemasOf(status);
  const verifier = options.verify ? new Verifier(database, schemas) : null;
  const report = { strategy: strategy.name, reason: 'it was switched on before' };
  return new ChangeLog(report, strategy, verifier, checkpoints);
}

/** How the change log of a database is kept, wherever that is; null where there is none. */
export async function findStrategy(
  database: Database,
  lent: LentSession,
  options: Omit<TrackOptions, 'strategy'>,
): Promise<Strategy | null> {
  if (await lent.use((session) => database.dialect.log.status(session))) {
    return byLog(database, lent, options.patience ?? defaultPatience);
  }
  await lent.close();
  if (await hasCopies(database)) return byCopies(database, options);
  const { folder } = options;
  return folder !== undefined && (await hasReload(folder))
    ? byReload(database, folder, options)
    : null;
}
