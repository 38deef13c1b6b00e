import type { Database, Guard, Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { ChangeLog, type TrackReport } from './change-log.js';
import { byCopies, removeCopies } from './copies.js';
import { LentSession } from './lent-session.js';
import { byLog } from './logged.js';
import { byReload, removeReload } from './reload.js';
import { defaultPatience, type Strategy, type StrategyName } from './strategy.js';
import { Verifier } from './verify.js';

export interface TrackOptions extends Guard {
  /** Only these; by default the ones that a user of the database would mean. */
  readonly schemas?: readonly string[];
  /** How long to wait for the open transactions of others, in milliseconds: 10,000 by default. */
  readonly patience?: number;
  /** By default the best that the role may use: `log`, then `copies`, then `reload`. */
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
 * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_TRACK_SCHEMAS where it is on for more schemas than are
 *   asked for, HFIT_TRACK_IMPOSSIBLE where the role may use no strategy,
 *   HFIT_ROWS_HIDDEN, HFIT_LOG_WRITER, HFIT_DATABASE_UNREACHABLE
 */
export async function track(database: Database, options: TrackOptions = {}): Promise<ChangeLog> {
  database.assertTestDatabase(options);
  const lent = new LentSession(database);
  try {
    const schema = await database.introspect(options.schemas);
    if (options.schemas) await assertNoOthers(database, lent, options.schemas);
    const [strategy, reason] = await choose(database, lent, schema, options);
    const report: TrackReport = { strategy: strategy.name, reason };
    const verifier = options.verify ? new Verifier(database, options.schemas) : null;
    let { checkpoints } = await strategy.status();
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
 * @param options.folder the folder of `reload`, where there is one: its checkpoints are deleted
 * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_DATABASE_UNREACHABLE
 */
export async function untrack(
  database: Database,
  options: Guard & { readonly folder?: string } = {},
): Promise<void> {
  database.assertTestDatabase(options);
  const { log } = database.dialect;
  const lent = new LentSession(database);
  try {
    await removeCopies(database, options);
    await lent.use(async (session) => {
      if (await log.status(session)) await log.remove(session);
    });
  } finally {
    await lent.close();
  }
  if (options.folder !== undefined) await removeReload(options.folder);
}

/** A log of more tables would be replaced by one of fewer, and its checkpoints with it. */
async function assertNoOthers(
  database: Database,
  lent: LentSession,
  schemas: readonly string[],
): Promise<void> {
  const status = await lent.use((session) => database.dialect.log.status(session));
  const other = status?.tables.find(({ schema }) => schema !== '' && !schemas.includes(schema));
  if (!other) return;
  const values = { database: database.location, schema: other.schema };
  throw new HfitError('HFIT_TRACK_SCHEMAS', values);
}

type Choice = [strategy: Strategy, reason: string];

async function choose(
  database: Database,
  lent: LentSession,
  schema: Schema,
  options: TrackOptions,
): Promise<Choice> {
  const asked = options.strategy;
  const why = (reason: string) => (asked ? 'it was asked for' : reason);
  const obstacles: string[] = [];
  if (!asked || asked === 'log') {
    const obstacle = await installLog(database, lent, schema);
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
    return [await byReload(database, options.folder, options), why(obstacles.join('; '))];
  }
  if (!asked || asked === 'reload') obstacles.push('no reload: it needs the option folder');
  throw new HfitError('HFIT_TRACK_IMPOSSIBLE', {
    database: database.location,
    reasons: obstacles.join('; '),
  });
}

/** Gives back why the role cannot keep a log, or null when it is there. */
function installLog(database: Database, lent: LentSession, schema: Schema): Promise<string | null> {
  const { log } = database.dialect;
  return lent.use(async (session) => {
    const obstacle = await log.obstacle(session, schema);
    if (obstacle === null) await log.install(session, schema);
    return obstacle;
  });
}
