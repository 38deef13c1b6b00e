import { HfitError } from '@hot-fixture/errors';
import { qualified, type Table } from '../../model.js';
import { isOwnTrigger, triggerStart } from '../own.js';
import { literal, quote, quoteTable } from '../quote.js';
import { settings } from '../settings.js';
import type { OpenLog } from './session.js';

/*
 * Triggers of users cannot be switched off, so for a rewind they are dropped and made again. How they
 * are made is written down before, so that the next call makes those which a crash left out.
 */

interface UserTrigger {
  readonly schema: string;
  readonly name: string;
  readonly definer: string;
  readonly table: string;
}

/** A privilege is missing. */
export const accessDenied = new Set([1044, 1142, 1227]);

export async function userTriggers(
  { session, database }: Pick<OpenLog, 'session' | 'database'>,
  tables: readonly Table[],
): Promise<UserTrigger[]> {
  const found: UserTrigger[] = [];
  for (const schema of new Set(tables.map((table) => table.schema))) {
    const names = tables.filter((it) => it.schema === schema).map(({ name }) => literal(name));
    const rows = await session.query(
      `SELECT TRIGGER_NAME, DEFINER, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS
       WHERE EVENT_OBJECT_SCHEMA = ${literal(schema || database)} AND EVENT_OBJECT_TABLE IN (${names.join(', ')})
         AND NOT ${isOwnTrigger}
       ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    );
    for (const [name, definer, table] of rows as [string, string, string][]) {
      found.push({
        schema: schema || database,
        name,
        definer,
        table: qualified({ schema, name: table }),
      });
    }
  }
  return found;
}

/**
 * Why triggers could not be made again as they are; null where they can.
 * @param probe a table of our own
 */
export async function triggerObstacle(
  { session }: Pick<OpenLog, 'session'>,
  triggers: readonly UserTrigger[],
  probe: string,
): Promise<{ table: string; reason: string } | null> {
  const [me] = (await session.query('SELECT CURRENT_USER()')) as [[string]];
  for (const definer of new Set(triggers.map((it) => it.definer))) {
    if (definer === me[0]) continue;
    const at = definer.lastIndexOf('@');
    const user = `${literal(definer.slice(0, at))}@${literal(definer.slice(at + 1))}`;
    try {
      // One that is there is of a call that was cut off.
      await session.run('DROP TRIGGER IF EXISTS hfit_try');
      await session.run(
        `CREATE DEFINER = ${user} TRIGGER hfit_try BEFORE INSERT ON ${quote(probe)} FOR EACH ROW SET @hfit_try = 1`,
      );
      await session.run('DROP TRIGGER hfit_try');
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined || !accessDenied.has(errno)) throw error;
      const { name, table } = triggers.find((it) => it.definer === definer) as UserTrigger;
      return {
        table,
        reason: `this role may not make trigger ${name} of ${definer} again, which a rewind has to drop`,
      };
    }
  }
  return null;
}

/**
 * Writes down and drops. Both end a transaction.
 * @throws HFIT_TRIGGERS_FIRE where this role could not make them again
 */
export async function dropTriggers(log: OpenLog, triggers: readonly UserTrigger[]): Promise<void> {
  const { session } = log;
  const obstacle = await triggerObstacle(log, triggers, 'hfit_triggers');
  if (obstacle) throw new HfitError('HFIT_TRIGGERS_FIRE', obstacle);
  const all = [...triggers, ...(await ownBefore(log, triggers))];
  for (const trigger of all) {
    const [row] = await session.query(`SHOW CREATE TRIGGER ${quoteTable(trigger)}`);
    const [, mode, statement, charset, collation] = row as string[];
    const values = [trigger.schema, trigger.name, mode, statement, charset, collation];
    await session.run(
      `INSERT INTO hfit_triggers (in_schema, name, mode, statement, charset, collation_)
       VALUES (${values.map((it) => literal(it as string)).join(', ')})`,
    );
  }
  await session.run('COMMIT');
  for (const trigger of all) await session.run(`DROP TRIGGER IF EXISTS ${quoteTable(trigger)}`);
}

/**
 * Ours that fire before a change, on the same tables. They go along, to be made again after those of
 * users: one that came later could still change the new row, and with it what foreign keys reach.
 */
async function ownBefore(
  { session }: OpenLog,
  triggers: readonly UserTrigger[],
): Promise<Pick<UserTrigger, 'schema' | 'name'>[]> {
  const names = triggers.map(({ schema, name }) => `(${literal(schema)}, ${literal(name)})`);
  const rows = await session.query(
    `SELECT DISTINCT o.TRIGGER_SCHEMA, o.TRIGGER_NAME
     FROM information_schema.TRIGGERS u JOIN information_schema.TRIGGERS o
       ON o.EVENT_OBJECT_SCHEMA = u.EVENT_OBJECT_SCHEMA AND o.EVENT_OBJECT_TABLE = u.EVENT_OBJECT_TABLE
     WHERE (u.TRIGGER_SCHEMA, u.TRIGGER_NAME) IN (${names.join(', ')})
       AND o.TRIGGER_NAME REGEXP '^hfit_[0-9]+_b[ud]$' AND LEFT(o.ACTION_STATEMENT, ${triggerStart.length}) = '${triggerStart}' ORDER BY 1, 2`,
  );
  return (rows as [string, string][]).map(([schema, name]) => ({ schema, name }));
}

/** Makes again what was dropped. */
export async function restoreTriggers({
  session,
  database,
}: Pick<OpenLog, 'session' | 'database'>): Promise<void> {
  const rows = (await session.query(
    'SELECT in_schema, name, mode, statement, charset, collation_ FROM hfit_triggers ORDER BY id',
  )) as string[][] as [string, string, string, string, string, string][];
  for (const [schema, name, mode, statement, charset, collation] of rows) {
    const [there] = await session.query(
      `SELECT 1 FROM information_schema.TRIGGERS
       WHERE TRIGGER_SCHEMA = ${literal(schema)} AND TRIGGER_NAME = ${literal(name)}`,
    );
    if (there) continue;
    // Our statement comes as UTF-8: where it holds more than ASCII, no other charset can be said.
    const isAscii = /^[\0-\x7f]*$/.test(statement);
    const names = isAscii
      ? `, character_set_client = ${literal(charset)}, collation_connection = ${literal(collation)}`
      : '';
    if (schema !== database) await session.run(`USE ${quote(schema)}`);
    await session.run(`SET SESSION sql_mode = ${literal(mode)}${names}`);
    await session.run(statement);
    await session.run('SET NAMES utf8mb4');
    await session.run(settings);
    if (schema !== database) await session.run(`USE ${quote(database)}`);
  }
  await session.run('DELETE FROM hfit_triggers');
}
