import type { LogStatus } from '../../log.js';
import type { Schema } from '../../model.js';
import { keptSchema, schemaChange } from '../../schema-change.js';
import { introspect, schemas } from '../introspect.js';
import { literal } from '../quote.js';
import { functions, storage } from './functions.js';
import type { LogSession } from './session.js';
import { loggedTables } from './tables.js';
import { triggersOf } from './triggers.js';

/** Of what is made in the database; another number means that it is made anew. */
export const version = 2;

export interface Installed {
  readonly version: number;
  readonly schema: Schema;
  /** Whether its tables were all of the database. */
  readonly whole: boolean;
}

/** What was installed here, by whatever version; null where there is nothing. */
export async function installed(session: LogSession): Promise<Installed | null> {
  const [there] = await session.query(`SELECT to_regclass('hfit.installed')`);
  if (!there?.[0]) return null;
  const [row] = await session.query('SELECT i.version, i.schema, i.whole FROM hfit.installed i');
  if (!row) return null;
  return { version: Number(row[0]), schema: JSON.parse(row[1] as string), whole: row[2] === 't' };
}

export async function readStatus(session: LogSession): Promise<LogStatus | null> {
  const found = await installed(session);
  if (!found) return null;
  if (found.version !== version) return { current: false, tables: [], checkpoints: [] };
  const rows = await session.query(
    `SELECT name, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     FROM hfit.checkpoints ORDER BY place`,
  );
  return {
    current: true,
    tables: found.schema.tables.map(({ schema, name }) => ({ schema, name })),
    checkpoints: rows.map(([name, at]) => ({ name: name as string, at: at as string })),
  };
}

/** Makes the log in the open transaction, unless one that fits is there. */
export async function installLog(session: LogSession, schema: Schema): Promise<void> {
  // Two that switch it on at once do it one after the other.
  await session.query(`SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('hfit'))`);
  if (await fits(session, schema)) return;
  await session.run('DROP SCHEMA IF EXISTS hfit CASCADE; CREATE SCHEMA hfit');
  await session.run(storage);
  const tables = await loggedTables(session, schema);
  for (const table of tables) await session.run(triggersOf(table).join(';\n'));
  const relations = tables.flatMap((it) => it.relations.map(({ oid }) => `(${it.number}, ${oid})`));
  if (relations.length > 0) {
    await session.run(`INSERT INTO hfit.relations VALUES ${relations.join(', ')}`);
  }
  const logged = new Set(schema.tables.map((table) => table.schema));
  const whole = (await schemas(session)).every((name) => logged.has(name));
  const [guard] = await session.query(`SELECT pg_catalog.pg_current_xact_id()::xid`);
  await session.run(functions(tables, schema.sequences, guard?.[0] as string, whole));
  await session.run(
    `INSERT INTO hfit.installed SELECT ${version}, s.shape, ${literal(JSON.stringify(schema))}, ${whole}
     FROM hfit.shape() s`,
  );
}

async function fits(session: LogSession, schema: Schema): Promise<boolean> {
  const found = await installed(session);
  if (found?.version !== version) return false;
  if (changeOf(found.schema, schema) !== null) return false;
  const [row] = await session.query(
    `SELECT s.guarded AND EXISTS (SELECT FROM hfit.log l WHERE l.at = 0) FROM hfit.shape() s`,
  );
  return row?.[0] === 't';
}

/** What is not as it was when the log was made, in words; null where nothing matters. */
export function changeOf(before: Schema, now: Schema): string | null {
  const change = schemaChange(keptSchema(before.tables), now);
  if (change !== null) return change;
  const names = new Set(now.sequences.map(({ schema, name }) => `${schema}.${name}`));
  const gone = before.sequences.find(({ schema, name }) => !names.has(`${schema}.${name}`));
  return gone ? `sequence ${gone.schema}.${gone.name} was dropped or renamed` : null;
}

/** The schema as it is now, seen as widely as when the log was made. */
export function introspectAgain(
  session: LogSession,
  { schema, whole }: Installed,
): Promise<Schema> {
  const names = [...new Set(schema.tables.map((table) => table.schema))];
  return introspect(session, whole ? undefined : names);
}
