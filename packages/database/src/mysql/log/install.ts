import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { qualified, type Schema } from '../../model.js';
import { keptSchema, schemaChange } from '../../schema-change.js';
import { isNamedLikeOurs, logTableNames, mark, notesInto } from '../own.js';
import { literal, quoteTable } from '../quote.js';
import type { MysqlSession } from '../session.js';
import { alteredOf } from './altered.js';
import { listTables, schemasOf } from './check.js';
import { begin, unionAll } from './notes.js';
import { createLog, logOf, type Plan, type Tracked, trackedTables } from './plan.js';
import { currentDatabase, find, store, version, withPatience } from './session.js';
import { triggersOf } from './triggers.js';
import { restoreTriggers } from './user-triggers.js';
import { findTriggers } from './watch.js';

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

/** @throws HFIT_LOG_IMPOSSIBLE where the server has no room for the log of a table */
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
  const planned: Omit<Plan, 'triggers'> = {
    made: randomUUID(),
    database,
    ...named,
    others: [...listed.keys()].filter((it) => !known.includes(it)),
    second: Math.floor(Number(second)),
    trustsTimes: /mariadb/i.test(server),
  };
  for (const statement of ownTables) await session.run(statement);
  for (const tracked of tables) await createLogOf(session, database, tracked);
  for (const tracked of tables) {
    for (const statement of triggersOf(database, tables, tracked)) await session.run(statement);
  }
  const found = await findTriggers({ session, database }, schemasOf(named));
  const plan: Plan = {
    ...planned,
    // The server gives them as its file system does; the first that is wrong is the one that is told.
    triggers: found
      .filter((it) => it.isOurs)
      .map(({ schema, name, table, digest }) => ({ schema, name, table, digest }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
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
    await store(session, '', {
      positions: [],
      rows,
      sequences: [],
      altered: alteredOf(plan, listed),
      inner: null,
    });
    await session.run(
      `INSERT INTO hfit_log (version, made, plan)
       VALUES (${version}, ${literal(plan.made)}, ${literal(JSON.stringify(plan))})`,
    );
    await session.run('COMMIT');
  });
}

/** Too many columns, a row that is too long, or one that InnoDB does not take. */
const noRoom = new Set([1005, 1030, 1117, 1118]);

async function createLogOf(session: MysqlSession, database: string, tracked: Tracked) {
  try {
    await session.run(createLog(database, tracked));
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    if (errno === undefined || !noRoom.has(errno)) throw error;
    const reason = `table ${qualified(tracked.table)} is so wide that there is no room beside its columns (${message})`;
    throw new HfitError('HFIT_LOG_IMPOSSIBLE', { database, reason }, { cause: error });
  }
}

const options = `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='${mark}'`;
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
       WHERE TRIGGER_SCHEMA = ${literal(schema)} AND ${isNamedLikeOurs} AND ${notesInto(database)}`,
    );
    for (const [name] of rows as [string][]) {
      await session.run(`DROP TRIGGER IF EXISTS ${quoteTable({ schema, name })}`);
    }
  }
  const rows = await session.query(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME REGEXP '^${logTableNames}$' AND TABLE_COMMENT = '${mark}'`,
  );
  // The table that says that there is a log goes last, so that a removal that was cut off goes on.
  const isLast = (name: string) => Number(name === 'hfit_log');
  const names = (rows as [string][]).map(([name]) => name);
  for (const name of names.sort((a, b) => isLast(a) - isLast(b))) {
    await session.run(`DROP TABLE IF EXISTS ${quoteTable({ schema: '', name })}`);
  }
}

/** Another version may have kept another plan. */
function planIn(text: string): Pick<Plan, 'tables' | 'sequences'> {
  const { tables = [], sequences = [] } = JSON.parse(text) as Partial<Plan>;
  return { tables, sequences };
}
