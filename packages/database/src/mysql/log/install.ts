import { randomUUID } from 'node:crypto';
import { qualified, type Schema } from '../../model.js';
import { keptSchema, schemaChange } from '../../schema-change.js';
import { literal, quoteTable } from '../quote.js';
import type { MysqlSession } from '../session.js';
import { listTables, schemasOf } from './check.js';
import { begin, unionAll } from './notes.js';
import { createLog, logOf, type Plan, type Tracked, trackedTables } from './plan.js';
import { currentDatabase, find, type OpenLog, store, version, withPatience } from './session.js';
import { triggersOf, unclear } from './triggers.js';
import { restoreTriggers, triggerObstacle, userTriggers } from './user-triggers.js';

/** How long to wait for the transactions of others, in milliseconds. */
export const installPatience = 60_000;

/** Whether a log was made for just these tables. */
export function fits(plan: Plan, schema: Schema): boolean {
  const tables = plan.tables.map(({ table }) => table);
  const names = (list: Schema['sequences']) => list.map(qualified).sort().join();
  return (
    schemaChange(keptSchema(tables), schema) === null &&
    names(plan.sequences) === names(schema.sequences)
  );
}

export async function install(
  session: MysqlSession,
  schema: Schema,
  patience: number,
): Promise<void> {
  const database = await currentDatabase(session);
  const tables = trackedTables(schema);
  const [about] = await session.query('SELECT UNIX_TIMESTAMP(), VERSION()');
  const [second, server] = about as [string, string];
  const named = { tables, sequences: schema.sequences };
  const listed = await listTables({ session, database }, schemasOf(named));
  const known = [...schema.tables, ...schema.sequences].map(qualified);
  const plan: Plan = {
    made: randomUUID(),
    database,
    ...named,
    others: [...listed.keys()].filter((it) => !known.includes(it)),
    second: Math.floor(Number(second)),
    trustsTimes: /mariadb/i.test(server),
  };
  for (const statement of ownTables) await session.run(statement);
  for (const statement of tables.flatMap((it) => createLog(database, it))) {
    await session.run(statement);
  }
  for (const tracked of tables) {
    for (const statement of triggersOf(database, tables, tracked)) await session.run(statement);
  }
  await withPatience({ session, patience, database }, async () => {
    const notes = await begin({ session, plan, database }, { positions: [] });
    for (const { tracked } of notes) await session.run(`DELETE FROM ${logOf(database, tracked)}`);
    const rows = tables.map(() => 0);
    const counted = await unionAll(
      session,
      tables,
      ({ n, table }) => `SELECT ${n}, COUNT(*) FROM ${quoteTable(table)}`,
    );
    for (const [n, count] of counted) rows[Number(n)] = Number(count);
    await store(session, '', { positions: [], rows, sequences: [] });
    await session.run(
      `INSERT INTO hfit_log (version, made, plan)
       VALUES (${version}, ${literal(plan.made)}, ${literal(JSON.stringify(plan))})`,
    );
    await session.run('COMMIT');
  });
}

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
const ownTables = [
  `CREATE TABLE hfit_log (version INT NOT NULL, made CHAR(36) NOT NULL, plan LONGTEXT NOT NULL) ${options}`,
  `CREATE TABLE hfit_checkpoints (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name LONGTEXT NOT NULL,
     at DATETIME(6) NOT NULL, pending TINYINT NOT NULL DEFAULT 0, state LONGTEXT NOT NULL) ${options}`,
  `CREATE TABLE hfit_triggers (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, in_schema VARCHAR(64) NOT NULL,
     name VARCHAR(64) NOT NULL, mode TEXT NOT NULL, statement LONGTEXT NOT NULL, charset VARCHAR(64) NOT NULL,
     collation_ VARCHAR(64) NOT NULL) ${options}`,
];

/** Removes a log of whatever version, also one that was half made. */
export async function remove(session: MysqlSession): Promise<void> {
  const database = await currentDatabase(session);
  const found = await find(session);
  if (found?.hasJournal) await restoreTriggers({ session, database });
  const schemas = new Set([database]);
  if (found) {
    const [row] = await session.query('SELECT plan FROM hfit_log');
    for (const schema of schemasOf(planIn(row?.[0] as string))) schemas.add(schema || database);
  }
  for (const schema of schemas) {
    const rows = await session.query(
      `SELECT TRIGGER_NAME FROM information_schema.TRIGGERS
       WHERE TRIGGER_SCHEMA = ${literal(schema)} AND TRIGGER_NAME REGEXP '^hfit_[0-9]+_(ai|au|ad|bd|bu)$'
         AND ACTION_STATEMENT LIKE ${literal(`%INTO \`${database.replace(/[\\%_]/g, '\\$&')}\`.\`hfit\\_log\\_%`)}`,
    );
    for (const [name] of rows as [string][]) {
      await session.run(`DROP TRIGGER IF EXISTS ${quoteTable({ schema, name })}`);
    }
  }
  const rows = await session.query(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME REGEXP '^hfit_(log|log_[0-9]+|checkpoints|triggers|probe)$'`,
  );
  // The table that says that there is a log goes last, so that a removal that was cut off goes on.
  const names = (rows as [string][]).map(([name]) => name).filter((it) => it !== 'hfit_log');
  for (const name of [...names, 'hfit_log']) {
    await session.run(`DROP TABLE IF EXISTS ${quoteTable({ schema: '', name })}`);
  }
}

/** Another version may have kept another plan. */
function planIn(text: string): Pick<Plan, 'tables' | 'sequences'> {
  const { tables = [], sequences = [] } = JSON.parse(text) as Partial<Plan>;
  return { tables, sequences };
}

/** Why no log can be kept here; null where one can. */
export async function obstacle(session: MysqlSession, schema: Schema): Promise<string | null> {
  const database = await currentDatabase(session);
  if (database === '') return 'the connection is in no database: name one in its URL';
  const tracked: Tracked[] = trackedTables(schema);
  for (const { table } of tracked) {
    const engine = /^\) ENGINE=(\w+)/m.exec(table.definition.create)?.[1] ?? 'InnoDB';
    if (engine !== 'InnoDB')
      return `table ${qualified(table)} is of the engine ${engine}, which has no transactions`;
  }
  const told = unclear(tracked);
  if (told) return told;
  const drop = () => session.run('DROP TABLE IF EXISTS hfit_probe');
  try {
    await session.run(`CREATE TABLE IF NOT EXISTS hfit_probe (id INT) ${options}`);
    await session.run('DROP TRIGGER IF EXISTS hfit_try');
    await session.run(
      'CREATE TRIGGER hfit_try BEFORE INSERT ON hfit_probe FOR EACH ROW SET @hfit_try = 1',
    );
    await session.run('DROP TRIGGER hfit_try');
    const log: Pick<OpenLog, 'session' | 'database'> = { session, database };
    const triggers = await userTriggers(log, schema.tables);
    return (await triggerObstacle(log, triggers, 'hfit_probe'))?.reason ?? null;
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    if (errno === 1419) {
      return 'the server keeps a binary log, and the role may not make triggers: set log_bin_trust_function_creators, or give it the privilege SUPER';
    }
    if (errno === 1044 || errno === 1142 || errno === 1227) return message;
    throw error;
  } finally {
    await drop().catch(() => {});
  }
}
