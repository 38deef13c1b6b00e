import type { Session } from '../../driver.js';
import type { LogSession } from './session.js';
import { imageSettings } from './triggers.js';

/** Whatever the server, the database or the role are set to. */
const settings = [
  ...imageSettings,
  'standard_conforming_strings = on',
  // Rows that policies would hide make the server refuse.
  'row_security = off',
  'statement_timeout = 0',
  'jit = off',
  // Nor do tables that were small when a statement was planned stay so.
  'enable_seqscan = off',
  // The statements of the log meet few rows and always the same indexes.
  'plan_cache_mode = force_generic_plan',
  'client_min_messages = warning',
];

/** Settings of a connection that is ours alone; the latter two take a privilege. */
const ownSettings = [
  ...settings,
  'search_path TO DEFAULT',
  `default_transaction_isolation = 'read committed'`,
  'default_transaction_read_only = off',
  'idle_in_transaction_session_timeout = 0',
];

/** Triggers of users and foreign keys rest. It also throws away all plans of the session. */
export const replica = 'session_replication_role = replica';

/** With it, it is us and not an application that gives way in a deadlock; we try again. */
const givingWay = `deadlock_timeout = '50ms'`;

/** Rows that go back pass functions of users, in checks, domains and indexes, that name no schema. */
export const pathOfUsers = 'SET LOCAL search_path TO DEFAULT';

/** The catalog is read without one, so that it names all schemas. */
export const noPath = `SET LOCAL search_path = ''`;

const prepared = new WeakSet<object>();

/**
 * Runs the statements of a call of the log, in a transaction.
 * @param single there is but one statement, which needs no other transaction than its own
 */
export async function within<T>(
  session: LogSession,
  single: boolean,
  work: () => Promise<T>,
): Promise<T> {
  if (!session.shared) await prepare(session);
  if (!session.shared && single) return work();
  try {
    await session.run('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
    await session.run(single ? pathOfUsers : noPath);
    if (session.shared) {
      await session.run(settings.map((it) => `SET LOCAL ${it}`).join('; '));
      await attempt(session, `SET LOCAL ${replica}`);
    }
    const result = await work();
    await session.run('COMMIT');
    return result;
  } catch (error) {
    await session.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function prepare(session: LogSession): Promise<void> {
  if (prepared.has(session)) return;
  await session.run(ownSettings.map((it) => `SET ${it}`).join('; '));
  for (const it of [replica, givingWay]) await ifAllowed(session.run(`SET ${it}`));
  prepared.add(session);
}

/**
 * In a transaction, which a refusal would end.
 * @returns whether the role might do it
 */
export async function attempt(session: Session, statement: string): Promise<boolean> {
  await session.run('SAVEPOINT hfit_attempt');
  const done = await ifAllowed(session.run(statement));
  await session.run(
    `${done ? '' : 'ROLLBACK TO SAVEPOINT hfit_attempt; '}RELEASE SAVEPOINT hfit_attempt`,
  );
  return done;
}

async function ifAllowed(running: Promise<void>): Promise<boolean> {
  try {
    await running;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    return false;
  }
}
