import { HfitError } from '@hot-fixture/errors';
import { explain } from '../explain.js';
import type { LogSession } from './session.js';

interface ServerError {
  readonly code?: string;
  readonly message: string;
}

/** No such schema, table, function: the log is not there, or only another version of it. */
const absent = new Set(['3F000', '42P01', '42883']);

/**
 * What a failed call of the log means. It asks the server, whose transaction has to be over.
 * @param wanted the checkpoint that was asked for
 */
export async function meaning(
  session: LogSession,
  error: unknown,
  wanted: string | null,
  patience: number,
): Promise<unknown> {
  const { code, message } = error as ServerError;
  if (error instanceof HfitError || code === undefined || explain(error).end) return error;
  const database = async () => {
    const [row] = await session.query('SELECT current_database()');
    return row?.[0] as string;
  };
  const cause = { cause: error };
  if (absent.has(code) && message.includes('hfit')) {
    return new HfitError('HFIT_LOG_ABSENT', { database: await database() }, cause);
  }
  if (code === 'HF001') {
    const rows = await session.query('SELECT name FROM hfit.checkpoints ORDER BY place');
    const known = rows.map(([name]) => name).join(', ') || 'none';
    const values = { checkpoint: wanted ?? '', database: await database(), known };
    return new HfitError('HFIT_CHECKPOINT_UNKNOWN', values);
  }
  // Two rows where one may be: another has come since that nobody has told.
  const met = code === '23505' || code === '23P01';
  if (code.startsWith('23') && !met && wanted !== null) {
    const values = {
      checkpoint: wanted,
      database: await database(),
      reason: explain(error).reason,
    };
    return new HfitError('HFIT_REWIND_REFUSED', values, cause);
  }
  if (code === 'HF003' || met) {
    const reason = code === 'HF003' ? message : explain(error).reason;
    return new HfitError('HFIT_LOG_BYPASSED', { database: await database(), reason }, cause);
  }
  if (code === '55P03') {
    const values = { database: await database(), seconds: patience / 1000 };
    return new HfitError('HFIT_LOG_WRITER', { ...values, writer: await writer(session) }, cause);
  }
  return error;
}

/** Who holds what a call of the log has waited for: first of all who has written, and longest. */
async function writer(session: LogSession): Promise<string> {
  const [row] = await session.query(
    `SELECT l.pid, a.application_name, a.usename, a.state, a.query
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       AND (l.relation = 'hfit.log'::regclass OR l.relation IN (
              SELECT t.tgrelid FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
              WHERE p.pronamespace = 'hfit'::regnamespace))
     ORDER BY l.relation = 'hfit.log'::regclass DESC, l.mode = 'AccessShareLock', a.xact_start LIMIT 1`,
  );
  if (!row) return 'it has ended in the meantime';
  const [pid, application, user, state, query] = row as (string | null)[];
  if (pid === null) return 'a prepared transaction (see pg_prepared_xacts)';
  const name = application ? ` (${application})` : '';
  return `process ${pid}${name} of ${user}, ${state}, last statement: ${query}`;
}
