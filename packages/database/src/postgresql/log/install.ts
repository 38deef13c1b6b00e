import { HfitError } from '@hot-fixture/errors';
import type { LogStatus } from '../../log.js';
import { qualified, type Schema, sameTable, type Table } from '../../model.js';
import { keptSchema, schemaChange } from '../../schema-change.js';
import { introspect, schemas } from '../introspect.js';
import { literal } from '../quote.js';
import { watchDefinitions } from './definitions.js';
import { factChange } from './facts.js';
import { functions, storage } from './functions.js';
import { dropLog, hasLog, stranger } from './own-schema.js';
import type { LogSession } from './session.js';
import { loggedTables } from './tables.js';
import { triggersOf } from './triggers.js';
import { type LoggedType, loggedTypes, oidsOf } from './types.js';

/** Of what is made in the database; another number means that it is made anew. */
export const version = 5;

export interface Installed {
  readonly version: number;
  readonly schema: Schema;
  /** Whether its tables were all of the database. */
  readonly whole: boolean;
  readonly types: readonly LoggedType[];
}

/** What was installed here, by whatever version; null where there is nothing. */
export async function installed(session: LogSession): Promise<Installed | null> {
  if (!(await hasLog(session))) return null;
  const [row] = await session.query(
    `SELECT i.version, i.schema, i.whole, to_jsonb(i) ->> 'types' FROM hfit.installed i`,
  );
  if (!row) return null;
  return {
    version: Number(row[0]),
    schema: JSON.parse(row[1] as string),
    whole: row[2] === 't',
    types: JSON.parse((row[3] as string | null) ?? '[]'),
  };
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
  const other = await stranger(session);
  if (other) {
    const reasons = `its schema "hfit" holds ${other}, which is not ours`;
    throw new HfitError('HFIT_TRACK_IMPOSSIBLE', { database: schema.database, reasons });
  }
  await dropLog(session);
  await session.run(`CREATE SCHEMA IF NOT EXISTS hfit; ${storage}`);
  const tables = await loggedTables(session, schema);
  for (const table of tables) {
    if (table.imageType) await session.run(table.imageType);
    await session.run(triggersOf(table).join(';\n'));
  }
  const relations = tables.flatMap((it) =>
    it.relations.map(({ oid }) => `(${it.number}, ${oid}, ${literal(it.image)}, ${it.byPath})`),
  );
  if (relations.length > 0) {
    await session.run(`INSERT INTO hfit.relations VALUES ${relations.join(', ')}`);
  }
  const logged = new Set(schema.tables.map((table) => table.schema));
  const whole = (await schemas(session)).every((name) => logged.has(name));
  const [server] = await session.query(
    `SELECT pg_catalog.pg_current_xact_id()::xid, pg_catalog.to_regprocedure('pg_catalog.pg_get_sequence_data(regclass)') IS NOT NULL`,
  );
  const types = await loggedTypes(session, schema);
  const { sequences } = schema;
  const sequenceOids = await oidsOf(session, sequences);
  const unsure = await watchDefinitions(session);
  const made = {
    tables,
    types,
    sequences,
    sequenceOids,
    guard: server?.[0] as string,
    whole,
    unsure,
    hasReader: server?.[1] === 't',
  };
  await session.run(functions(made));
  await session.run(
    `INSERT INTO hfit.installed SELECT ${version}, s.shape, ${literal(JSON.stringify(schema))}, ${whole},
            ${literal(JSON.stringify(types))}
     FROM hfit.shape() s;
     INSERT INTO hfit.kept SELECT false, f.* FROM hfit.facts() f`,
  );
}

async function fits(session: LogSession, schema: Schema): Promise<boolean> {
  const found = await installed(session);
  if (found?.version !== version) return false;
  if ((await changeOf(session, found, schema)) !== null) return false;
  const [row] = await session.query(
    `SELECT s.guarded AND EXISTS (SELECT FROM hfit.log l WHERE l.at = 0) FROM hfit.shape() s`,
  );
  return row?.[0] === 't';
}

/** What is not as it was when the log was made, in words; null where nothing matters. */
export async function changeOf(
  session: LogSession,
  { schema: before, types: kept }: Installed,
  now: Schema,
): Promise<string | null> {
  const types = await loggedTypes(session, now);
  const differs = (what: 'name' | 'definition') =>
    kept.find((it) => types.some(({ oid, ...now }) => oid === it.oid && now[what] !== it[what]));
  const type = differs('name') ?? differs('definition');
  if (type) return `type ${type.name} was changed`;
  const change = schemaChange(keptSchema(compared(before)), { tables: compared(now) });
  if (change !== null) return change;
  const missing = (from: Schema, of: Schema) =>
    of.sequences.find((it) => !from.sequences.some((other) => sameTable(other, it)));
  const gone = missing(now, before);
  if (gone) return `sequence ${qualified(gone)} was dropped or renamed`;
  const made = missing(before, now);
  if (made) return `sequence ${qualified(made)} was made`;
  return factChange(session);
}

/** Indexes that refuse nothing may come and go. */
function compared({ tables }: Schema): Table[] {
  return tables.map((table) => {
    const after = table.definition.after.filter((it) => !it.startsWith('CREATE INDEX'));
    return { ...table, definition: { ...table.definition, after } };
  });
}

/** The schema as it is now, seen as widely as when the log was made. */
export function introspectAgain(
  session: LogSession,
  { schema, whole }: Installed,
): Promise<Schema> {
  const names = [...new Set([...schema.tables, ...schema.sequences].map((it) => it.schema))];
  return introspect(session, whole ? undefined : names);
}
