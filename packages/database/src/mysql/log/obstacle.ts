import { HfitError } from '@hot-fixture/errors';
import { qualified, type Schema } from '../../model.js';
import { engineOf } from '../engine.js';
import { isNamedLikeOurs, logTableNames, mark, notesInto } from '../own.js';
import { literal } from '../quote.js';
import type { MysqlSession } from '../session.js';
import { trackedTables } from './plan.js';
import { currentDatabase } from './session.js';
import { unclear } from './triggers.js';
import { accessDenied, triggerObstacle, userTriggers } from './user-triggers.js';

/**
 * Why no log can be kept here; null where one can.
 * @throws HFIT_TRACK_REACHES
 */
export async function obstacle(session: MysqlSession, schema: Schema): Promise<string | null> {
  const database = await currentDatabase(session);
  if (database === '') return 'the connection is in no database: name one in its URL';
  await assertNoneBeyond(session, database, schema);
  const tracked = trackedTables(schema);
  for (const { table } of tracked) {
    const engine = engineOf(table);
    if (engine !== 'InnoDB')
      return `table ${qualified(table)} is of the engine ${engine}, and not of InnoDB`;
  }
  return (
    unclear(tracked) ?? (await clash(session, database, schema)) ?? trial(session, database, schema)
  );
}

/** Keys of tables that are not tracked, but whose rows a key lets follow those that are. */
async function assertNoneBeyond(session: MysqlSession, database: string, schema: Schema) {
  const schemas = new Set(['', ...schema.tables.map((table) => table.schema)]);
  const names = [...schemas].map((it) => literal(it || database)).join(', ');
  const rows = (await session.query(
    `SELECT CONSTRAINT_NAME, CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME
     FROM information_schema.REFERENTIAL_CONSTRAINTS
     WHERE UNIQUE_CONSTRAINT_SCHEMA IN (${names}) AND CONSTRAINT_SCHEMA NOT IN (${names})
       AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))
     ORDER BY 2, 3, 1`,
  )) as [string, string, string, string, string][];
  const tracked = new Set(schema.tables.map(qualified));
  for (const [key, of, name, targetOf, target] of rows) {
    const to = qualified({ schema: targetOf === database ? '' : targetOf, name: target });
    if (!tracked.has(to)) continue;
    const table = qualified({ schema: of, name });
    throw new HfitError('HFIT_TRACK_REACHES', { key, table, target: to });
  }
}

/** What has a name that the log gives, and is not of it. */
async function clash(
  session: MysqlSession,
  database: string,
  schema: Schema,
): Promise<string | null> {
  const [table] = await session.query(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME REGEXP '^${logTableNames}$' AND TABLE_COMMENT <> '${mark}' ORDER BY 1 LIMIT 1`,
  );
  if (table) return `table ${table[0]} has a name that the log needs, and is not of it: rename it`;
  for (const name of new Set(['', ...schema.tables.map((it) => it.schema)])) {
    const [trigger] = await session.query(
      `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS
       WHERE TRIGGER_SCHEMA = ${literal(name || database)}
         AND ${isNamedLikeOurs} AND NOT (${notesInto(database)}) ORDER BY 2, 1 LIMIT 1`,
    );
    if (trigger)
      return `trigger ${trigger[0]} of table ${trigger[1]} has a name that the log needs, and is not of it: rename it, or switch off the log that it is of`;
  }
  return null;
}

const binaryLog = 1419;

/** Makes a table and a trigger, to see whether the role may. */
async function trial(
  session: MysqlSession,
  database: string,
  schema: Schema,
): Promise<string | null> {
  try {
    await session.run(
      `CREATE TABLE IF NOT EXISTS hfit_probe (id INT) ENGINE=InnoDB COMMENT='${mark}'`,
    );
    await session.run('DROP TRIGGER IF EXISTS hfit_try');
    await session.run(
      'CREATE TRIGGER hfit_try BEFORE INSERT ON hfit_probe FOR EACH ROW SET @hfit_try = 1',
    );
    await session.run('DROP TRIGGER hfit_try');
    const log = { session, database };
    const triggers = await userTriggers(log, schema.tables);
    return (await triggerObstacle(log, triggers, 'hfit_probe'))?.reason ?? null;
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    if (errno === binaryLog) {
      return 'the server keeps a binary log, and the role may not make triggers: set log_bin_trust_function_creators, or give it the privilege SUPER';
    }
    if (errno !== undefined && accessDenied.has(errno)) return message;
    throw error;
  } finally {
    await session.run('DROP TABLE IF EXISTS hfit_probe').catch(() => {});
  }
}
