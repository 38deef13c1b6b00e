import type { Session } from '../driver.js';
import type { ChangeLog } from '../log.js';
import type { Row } from '../model.js';
import { countsOf, hasPlace, isPlace, leavePlace, readCounts } from './log/calm.js';
import { changes } from './log/changes.js';
import { isAlteredSince } from './log/check.js';
import { checkpoint } from './log/checkpoint.js';
import { fits, install, remove } from './log/install.js';
import { obstacle } from './log/obstacle.js';
import { heal, rewind } from './log/rewind.js';
import {
  find,
  findLog,
  foundIn,
  isAbsent,
  lastState,
  type OpenLog,
  onSession,
  open,
  planOf,
  stateNamed,
  statesIn,
  version,
} from './log/session.js';
import { areTriggersRight, bypassed, missingTable } from './log/watch.js';
import type { MysqlSession } from './session.js';

const absent = 1146;

/** How long what was given no patience waits for the locks of others, in milliseconds. */
const patience = 60_000;

/**
 * Runs work on the log, after what a call that was cut off has left to do.
 * @param states the query of the states that the work will want
 */
async function onLog<T>(
  given: Session,
  wait: number,
  states: string,
  work: (log: OpenLog) => Promise<T>,
): Promise<T> {
  let log: OpenLog | undefined;
  const opened = (session: MysqlSession, [found = [], read = []]: readonly Row[][]) =>
    open(given, session, wait, foundIn(found), statesIn(read));
  try {
    return await onSession(
      given,
      wait,
      async (session, asked) => {
        log = await opened(session, asked);
        try {
          await heal(log);
          return await work(log);
        } catch (error) {
          throw await meaning(log, error);
        }
      },
      [findLog, states],
    );
  } catch (error) {
    if (log || !isAbsent(error)) throw error;
    return onSession(given, wait, async (session) => {
      await open(given, session, wait, await find(session));
      throw error;
    });
  }
}

/** Whether nothing was written since the database was at this checkpoint, by one look. */
async function isThere(given: Session, name: string): Promise<boolean> {
  const plan = planOf(given);
  const session = given as MysqlSession;
  if (!plan || session.lend || !hasPlace(plan, name)) return false;
  if (isPlace(plan, name, countsOf(plan, await session.query(readCounts[0]), []))) return true;
  leavePlace(plan);
  return false;
}

/** What a refusal of the server means where a table of the log itself was dropped. */
async function meaning(log: OpenLog, error: unknown): Promise<unknown> {
  if ((error as { errno?: number }).errno !== absent) return error;
  const gone = await missingTable(log);
  return gone ? bypassed(log, `its table ${gone} is gone`) : error;
}

export const log: ChangeLog = {
  status: (given) =>
    onSession(given, patience, async (session) => {
      const found = await find(session);
      if (!found) return null;
      const current = found.version === version;
      const tables = current ? (await open(given, session, patience, found)).plan.tables : [];
      return {
        current,
        tables: tables.map(({ table: { schema, name } }) => ({ schema, name })),
        checkpoints: found.checkpoints
          .filter(({ name }) => name !== '')
          .map(({ name, at }) => ({ name, at })),
      };
    }),

  obstacle: (given, schema, wait = patience) =>
    onSession(given, wait, (session) => obstacle(session, schema)),

  install: (given, schema, wait = patience) =>
    onSession(given, wait, async (session) => {
      const found = await find(session);
      if (found?.version === version) {
        const it = await open(given, session, wait, found);
        const isWhole = (await missingTable(it)) === null;
        if (isWhole) await heal(it);
        if (
          isWhole &&
          fits(it.plan, schema) &&
          (await areTriggersRight(it)) &&
          !(await isAlteredSince(it))
        )
          return;
      }
      await remove(session);
      try {
        await install(session, schema, wait);
      } catch (error) {
        await session.run('ROLLBACK').then(
          () => remove(session),
          () => {},
        );
        throw error;
      }
    }),

  remove: (given, wait = patience) => onSession(given, wait, remove),

  checkpoint: (given, name, wait) => onLog(given, wait, lastState, (it) => checkpoint(it, name)),
  changes: async (given, since, wait) => {
    if (await isThere(given, since)) return { tables: [], sequences: [] };
    return onLog(given, wait, stateNamed(since), (it) => changes(it, since));
  },
  rewind: async (given, to, wait) => {
    if (await isThere(given, to)) return { tables: [], sequences: 0 };
    return onLog(given, wait, stateNamed(to), (it) => rewind(it, to));
  },
};
