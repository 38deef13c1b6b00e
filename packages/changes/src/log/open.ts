import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { ChangeLog } from './change-log.js';
import { byCopies, hasCopies } from './copies.js';
import { LentSession } from './lent-session.js';
import { byLog } from './logged.js';
import { byReload, hasReload } from './reload.js';
import { defaultPatience, type Strategy } from './strategy.js';
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
  const strategy = await find(database, options);
  if (!strategy) throw new HfitError('HFIT_LOG_ABSENT', { database: database.location });
  const verifier = options.verify ? new Verifier(database, options.schemas) : null;
  const { checkpoints } = await strategy.status();
  const report = { strategy: strategy.name, reason: 'it was switched on before' };
  return new ChangeLog(report, strategy, verifier, checkpoints);
}

async function find(
  database: Database,
  options: Omit<TrackOptions, 'strategy'>,
): Promise<Strategy | null> {
  const lent = new LentSession(database);
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
