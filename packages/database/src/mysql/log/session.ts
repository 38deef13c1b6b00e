import { setTimeout as sleep } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../../driver.js';
import type { Row, SequenceState } from '../../model.js';
import { muted } from '../own.js';
import { literal } from '../quote.js';
import type { MysqlSession } from '../session.js';
import { settings } from '../settings.js';
import type { Altered } from './altered.js';
import type { Inner } from './inner.js';
import type { Plan } from './plan.js';
import { writerOf } from './writer.js';

/** Of the tables of the log; raise it when they or the triggers change. */
export const version = 4;

/** Where everything stood at a checkpoint; lists are in the order of the plan. */
export interface State {
  /** The last note of each log. */
  readonly positions: readonly number[];
  /** How many rows each table held. */
  readonly rows: readonly number[];
  readonly sequences: readonly SequenceState[];
  readonly altered: Altered;
  readonly inner: Inner | null;
}

export interface StoredCheckpoint {
  readonly id: number;
  /** Empty for the one that the log begins with, which no user has set. */
  readonly name: string;
  readonly at: string;
  /** Its counters are still to be put back: they cannot be in a transaction. */
  readonly pending: boolean;
}

/** The log during one call. */
export interface OpenLog {
  readonly session: MysqlSession;
  readonly database: string;
  readonly plan: Plan;
  readonly checkpoints: readonly StoredCheckpoint[];
  /** Whether triggers of users wait to be made again. */
  readonly hasJournal: boolean;
  /** In milliseconds. */
  readonly patience: number;
  /** Those that were read with the rest, by the number of the checkpoint. */
  readonly states: ReadonlyMap<number, State>;
}

/** What is there of a log, of whatever version; null where there is none. */
export interface Found {
  readonly version: number;
  readonly database: string;
  readonly made: string;
  readonly checkpoints: readonly StoredCheckpoint[];
  readonly hasJournal: boolean;
}

/** What ends the work of a session, so that triggers fire in it again. */
const unmute = `SET ${muted} = NULL`;

const ended = new WeakSet<MysqlSession>();

/** Runs the last statements of a call, in one way to the server with what ends its session. */
export async function end(session: MysqlSession, statements: readonly string[]): Promise<void> {
  await session.batch([...statements, unmute]);
  ended.add(session);
}

/**
 * Runs work on a connection that is ours for so long, and set up for the log.
 * @param ask queries that go along with the set-up; the work gets their rows
 */
export async function onSession<T>(
  given: Session,
  patience: number,
  work: (session: MysqlSession, asked: readonly Row[][]) => Promise<T>,
  ask: readonly string[] = [],
): Promise<T> {
  const session = await ((given as MysqlSession).lend?.() ?? (given as MysqlSession));
  ended.delete(session);
  let broken = true;
  try {
    const seconds = Math.max(1, Math.ceil(patience / 1000));
    // All in one statement: a rewind is short, and each way to the server counts.
    const [, ...asked] = await session.batch([
      `${settings}, lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = 1, unique_checks = 1,
       foreign_key_checks = 0, autocommit = 1 /*!80000 , information_schema_stats_expiry = 0 */, ${muted} = 1`,
      ...ask,
    ]);
    const result = await work(session, asked);
    broken = false;
    return result;
  } finally {
    const done = async () => {
      if (broken) await session.run('ROLLBACK');
      if (broken || !ended.has(session)) await session.run(unmute);
    };
    await done().catch(() => {});
    if (session !== given) await session.release(false);
  }
}

export async function currentDatabase(session: Session): Promise<string> {
  const [row] = await session.query('SELECT DATABASE()');
  return (row?.[0] ?? '') as string;
}

/** No such table or column: what a user calls `hfit_log` is no log. */
const absent = new Set([1146, 1054]);

/** The query of `foundIn`. Where there is no log, it fails as `isAbsent` tells. */
export const findLog = `SELECT l.version, l.made, (SELECT COUNT(*) FROM hfit_triggers), c.id, c.name,
  DATE_FORMAT(c.at, '%Y-%m-%dT%H:%i:%s.%fZ'), c.pending, DATABASE() FROM hfit_log l LEFT JOIN hfit_checkpoints c ON TRUE`;

export const isAbsent = (error: unknown): boolean => absent.has((error as { errno: number }).errno);

export async function find(session: Session): Promise<Found | null> {
  const rows = await session.query(findLog).catch((error) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return foundIn(rows);
}

export function foundIn(rows: readonly Row[]): Found | null {
  const [first] = rows as string[][];
  if (!first) return null;
  return {
    version: Number(first[0]),
    database: first[7] as string,
    made: first[1] as string,
    hasJournal: first[2] !== '0',
    checkpoints: (rows as string[][])
      .filter((row) => row[3] !== null)
      .map((row) => ({
        id: Number(row[3]),
        name: row[4] as string,
        at: (row[5] as string).replace(/(\.\d{3})\d*Z$/, '$1Z'),
        pending: row[6] !== '0',
      }))
      .sort((a, b) => a.id - b.id),
  };
}

/** The plan of each session, which is long and stays the same. */
const plans = new WeakMap<Session, Plan>();

export const planOf = (given: Session): Plan | undefined => plans.get(given);

/**
 * @param found by `find`
 * @throws HFIT_LOG_ABSENT
 */
export async function open(
  given: Session,
  session: MysqlSession,
  patience: number,
  found: Found | null,
  states: ReadonlyMap<number, State> = new Map(),
): Promise<OpenLog> {
  if (!found || found.version !== version) {
    const database = await currentDatabase(session);
    throw new HfitError('HFIT_LOG_ABSENT', { database });
  }
  let plan = plans.get(given);
  if (plan?.made !== found.made) {
    const [row] = await session.query('SELECT plan FROM hfit_log');
    plan = JSON.parse(row?.[0] as string) as Plan;
    plans.set(given, plan);
  }
  return { session, plan, patience, states, ...found };
}

/** @throws HFIT_CHECKPOINT_UNKNOWN */
export function checkpointNamed(log: OpenLog, name: string): StoredCheckpoint {
  const found = log.checkpoints.find((it) => it.name === name);
  if (found && name !== '') return found;
  const known = log.checkpoints.flatMap((it) => it.name || []);
  throw new HfitError('HFIT_CHECKPOINT_UNKNOWN', {
    checkpoint: name,
    database: log.database,
    known: known.join(', ') || 'none',
  });
}

/**
 * Reads where everything stood. Before the earliest checkpoint no note is kept, so all notes are
 * after it: also one whose number was given out before and which was written later.
 */
export async function stateOf(
  { session, checkpoints, states }: OpenLog,
  { id }: StoredCheckpoint,
): Promise<State> {
  const read = async () => {
    const rows = await session.query(`SELECT id, state FROM hfit_checkpoints WHERE id = ${id}`);
    return statesIn(rows).get(id) as State;
  };
  const state = states.get(id) ?? (await read());
  return checkpoints[0]?.id === id ? { ...state, positions: [] } : state;
}

/** The queries of `statesIn`: of the checkpoint with this name, or of the last one. */
export const stateNamed = (name: string) =>
  `SELECT id, state FROM hfit_checkpoints WHERE name = ${literal(name)}`;
export const lastState = 'SELECT id, state FROM hfit_checkpoints ORDER BY id DESC LIMIT 1';

export function statesIn(rows: readonly Row[]): Map<number, State> {
  return new Map(
    (rows as [string, string][]).map(([id, text]) => [Number(id), JSON.parse(text) as State]),
  );
}

export async function store(session: Session, name: string, state: State): Promise<void> {
  await session.run(
    `INSERT INTO hfit_checkpoints (name, at, state)
     VALUES (${literal(name)}, UTC_TIMESTAMP(6), ${literal(JSON.stringify(state))})`,
  );
}

/** Of locks that others hold, or that they and we hold against each other. */
const held = new Set([1205, 1213, 3572]);

/**
 * Runs a transaction that begins with no other writer in flight, and again as long as one is.
 * @throws HFIT_LOG_WRITER when patience ends
 */
export async function withPatience<T>(
  { session, patience, database }: Pick<OpenLog, 'session' | 'patience' | 'database'>,
  work: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + patience;
  for (let pause = 2; ; pause = Math.min(50, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined || !held.has(errno)) throw error;
      const writer = Date.now() < end ? '' : await writerOf(session);
      await session.run('ROLLBACK');
      if (writer !== '') {
        const seconds = patience / 1000;
        throw new HfitError('HFIT_LOG_WRITER', { database, seconds, writer }, { cause: error });
      }
      await sleep(pause);
    }
  }
}
