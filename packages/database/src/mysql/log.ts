import type { Session } from '../driver.js';
import type { ChangeLog } from '../log.js';
import { changes } from './log/changes.js';
import { isAlteredSince } from './log/check.js';
import { checkpoint } from './log/checkpoint.js';
import { fits, install, remove } from './log/install.js';
import { obstacle } from './log/obstacle.js';
import { heal, rewind } from './log/rewind.js';
import { find, type OpenLog, onSession, open, version } from './log/session.js';
import { areTriggersRight, bypassed, missingTable } from './log/watch.js';

const absent = 1146;

/** How long what was given no patience waits for the locks of others, in milliseconds. */
const patience = 60_000;

/** Runs work on the log, after what a call that was cut off has left to do. */
function onLog<T>(given: Session, wait: number, work: (log: OpenLog) => Promise<T>): Promise<T> {
  return onSession(given, wait, async (session) => {
    const log = await open(given, session, wait);
    try {
      await heal(log);
      return await work(log);
    } catch (error) {
      throw await meaning(log, error);
    }
  });
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
      const tables = current ? (await open(given, session, patience)).plan.tables : [];
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
        const it = await open(given, session, wait);
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

  checkpoint: (given, name, wait) => onLog(given, wait, (it) => checkpoint(it, name)),
  changes: (given, since, wait) => onLog(given, wait, (it) => changes(it, since)),
  rewind: (given, to, wait) => onLog(given, wait, (it) => rewind(it, to)),
};
