import { assertAtomic, type Database, type Guard, type Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { ChangeLog, type TrackReport } from './change-log.js';
import { byCopies, removeCopies } from './copies.js';
import { LentSession } from './lent-session.js';
import { byLog } from './logged.js';
import { findStrategy } from './open.js';
import { assertNoneOutside } from './outside.js';
import { byReload, removeReload } from './reload.js';
import { defaultPatience, type Strategy, type StrategyName, schemasOf } from './strategy.js';
import { Verifier } from './verify.js';

export interface TrackOptions extends Guard {
  /** Only these; by default the ones that a user of the database would mean. */
  readonly schemas?: readonly string[];
  /** How long to wait for the open transactions of others, in milliseconds: 10,000 by default. */
  readonly patience?: number;
  /**
   * By default what an earlier call has switched on, or else the best that the role may use: `log`,
   * then `copies`, then `reload`.
   */
  readonly strategy?: StrategyName;
  /** Where `reload` keeps its files; without a folder it is not chosen. */
  readonly folder?: string;
  /**
   * Compares the whole database with the checkpoint after each rewind, by checksums. It reads every
   * row, so it is for tests of the log, and for doubts.
   */
  readonly verify?: boolean;
}

/** The name of the checkpoint that `track` sets. */
const firstCheckpoint = 'start';

/**
 * Switches the change log of a database on, and sets the first checkpoint, `start`. Where it is on
 * already, it stays as it is, with its checkpoints.
 * @param known what the caller has just read of these schemas; by default it is read
 * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_TRACK_SCHEMAS where it is on for more schemas than are
 *   asked for, HFIT_TRACK_REACHES where tables of other schemas point into them,
 *   HFIT_TABLE_NOT_ATOMIC, HFIT_TRACK_IMPOSSIBLE where the role may use no strategy, HFIT_ROWS_HIDDEN,
 *   HFIT_LOG_WRITER, HFIT_DATABASE_UNREACHABLE
 */
export async function track(
  database: Database,
  options: TrackOptions = {},
  known?: Schema,
): Promise<ChangeLog> {
  database.assertTestDatabase(options);
  const lent = new LentSession(database);
  try {
    const schema = known ?? (await database.introspect(options.schemas));
    if (options.schemas) await assertNoneOutside(database, schema);
    // A rewind that was cut off could not be undone, whatever the strategy.
    assertAtomic(database.dialect, schema.tables);
    const kept = await keptStrategy(database, lent, schema, options);
    const [strategy, reason] = await choose(database, lent, schema, options, kept);
    const report: TrackReport = { strategy: strategy.name, reason };
    const status = await strategy.status();
    const schemas = options.schemas ?? (kept ? schemasOf(status) : undefined);
    const verifier = options.verify ? new Verifier(database, schemas) : null;
    let { checkpoints } = status;
    if (checkpoints.length === 0) {
      await strategy.checkpoint(firstCheckpoint);
      checkpoints = (await strategy.status()).checkpoints;
      await verifier?.remember(firstCheckpoint);
    }
    return new ChangeLog(report, strategy, verifier, checkpoints);
  } catch (error) {
    await lent.close();
    throw error;
  }
}

/**
 * Switches the change log off, whatever its strategy was, and leaves nothing of it in the database.
 * @param options.folder the folder of `reload`: its checkpoints are deleted. The database does not
 *   know of it, so without the folder the rows in it stay
 * @returns what was there; nothing where the change log was off, or is kept in another folder
 * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_LOG_WRITER, HFIT_DATABASE_UNREACHABLE
 */
export async function untrack(
  database: Database,
  options: Pick<TrackOptions, keyof Guard | 'folder' | 'patience'> = {},
): Promise<readonly StrategyName[]> {
  database.assertTestDatabase(options);
  const { folder, patience = defaultPatience } = options;
  const removed: StrategyName[] = [];
  if (await removeCopies(database, options)) removed.push('copies');
  const lent = new LentSession(database);
  try {
    await lent.use(async (session) => {
      const { log } = database.dialect;
      if (!(await log.status(session))) return;
      await log.remove(session, patience);
      removed.push('log');
    });
  } finally {
    await lent.close();
  }
  if (folder !== undefined && (await removeReload(folder))) removed.push('reload');
  return removed;
}

/** What an earlier call has switched on; null where it is to be made, anew or for more schemas. */
async function keptStrategy(
  database: Database,
  lent: LentSession,
  schema: Schema,
  options: TrackOptions,
): Promise<StrategyName | null> {
  const found = await findStrategy(database, lent, options);
  if (!found) return null;
  const status = await found.status();
  const { schemas: asked } = options;
  if (!asked) return found.name;
  // A log of more tables would be replaced by one of fewer, and its checkpoints with it.
  const other = schemasOf(status)?.find((name) => name !== '' && !asked.includes(name));
  if (other !== undefined) {
    throw new HfitError('HFIT_TRACK_SCHEMAS', { database: database.location, schema: other });
  }
  const known = [...(status.schemas ?? []), ...status.tables.map((table) => table.schema)];
  const isKept = schema.tables.every((table) => known.includes(table.schema));
  if (found.name === 'log' || isKept) return found.name;
  await removeCopies(database, options);
  if (options.folder !== undefined) await removeReload(options.folder);
  return null;
}

type Choice = [strategy: Strategy, reason: string];

async function choose(
  database: Database,
  lent: LentSession,
  schema: Schema,
  options: TrackOptions,
  kept: StrategyName | null,
): Promise<Choice> {
  // One that the role has outgrown since then is kept, for its checkpoints.
  const asked = options.strategy ?? (kept === 'log' ? undefined : (kept ?? undefined));
  const why = (reason: string) => {
    if (options.strategy) return 'it was asked for';
    return asked ? 'it was switched on before' : reason;
  };
  const obstacles: string[] = [];
  if (!asked || asked === 'log') {
    const obstacle = await installLog(database, lent, schema, options.patience);
    if (obstacle === null) {
      const strategy = byLog(database, lent, options.patience ?? defaultPatience);
      return [strategy, why('triggers may note every change')];
    }
    obstacles.push(`no log: ${obstacle}`);
  }
  await lent.close();
  if (!asked || asked === 'copies') {
    try {
      return [await byCopies(database, options), why(obstacles.join('; '))];
    } catch (error) {
      if (!(error instanceof HfitError) || error.kind === 'unavailable') throw error;
      obstacles.push(`no copies: ${error.what}`);
    }
  }
  if ((!asked || asked === 'reload') && options.folder !== undefined) {
    return [byReload(database, options.folder, options), why(obstacles.join('; '))];
  }
  if (!asked || asked === 'reload') obstacles.push('no reload: it needs the option folder');
  throw new HfitError('HFIT_TRACK_IMPOSSIBLE', {
    database: database.location,
    reasons: obstacles.join('; '),
  });
}

/** Gives back why the role cannot keep a log, or null when it is there. */
function installLog(
  database: Database,
  lent: LentSession,
  schema: Schema,
  patience = defaultPatience,
): Promise<string | null> {
  const { log } = database.dialect;
  return lent.use(async (session) => {
    const obstacle = await log.obstacle(session, schema, patience);
    if (obstacle !== null) return obstacle;
    try {
      await log.install(session, schema, patience);
    } catch (error) {
      // Some limits of a server are found only by making the log; nothing of it is left then.
      if (!(error instanceof HfitError) || error.code !== 'HFIT_LOG_IMPOSSIBLE') throw error;
      return error.what;
    }
    return null;
  });
}
