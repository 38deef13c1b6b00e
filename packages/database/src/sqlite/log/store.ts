import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { LogStatus } from '../../log.js';
import type { Row, Schema, Value } from '../../model.js';
import { type KeptSchema, keptSchema } from '../../schema-change.js';
import { isInTheWay, isLogTable, isOwnTrigger, type logTables, mark } from '../own.js';
import { quote } from '../quote.js';
import type { SqliteSession } from '../session.js';
import { type Shape, shapeOf } from './shape.js';
import { triggersOf } from './triggers.js';

/** Another number for each change of what the log is made of. */
const version = 2n;

/**
 * `hfit_log` has no types, so that values keep their storage class. Its rows with `tbl` 0 mark the
 * checkpoints: their number is a position that no entry gets again. The one row of `hfit_vacuum`
 * has number 2: VACUUM makes it 1, as it numbers all rows anew that no column or index knows.
 */
const tables = {
  hfit_meta: '(version, installed, schema_version, renumbered, kept, ignored)',
  hfit_tables: '(id INTEGER PRIMARY KEY, name, shape, root)',
  hfit_triggers: '(name, tbl, sql)',
  hfit_checkpoints: '(position INTEGER PRIMARY KEY, name, at)',
  hfit_sequences: '(position, place, name, seq, UNIQUE (position, place))',
  hfit_vacuum: '(mark)',
} satisfies Partial<Record<(typeof logTables)[number], string>>;

const marked = (columns: string) => columns.replace(/\)$/, ` ${mark})`);

/** Makes the log. Needs a transaction, and that there is none. */
export async function make(session: SqliteSession, schema: Schema, all: Schema): Promise<void> {
  const shapes: Shape[] = [];
  for (const [i, table] of schema.tables.entries()) {
    const shape = await shapeOf(session, i + 1, table);
    if (!shape) throw new Error(`no name is left for the number of a row of table ${table.name}`);
    shapes.push(shape);
  }
  const width = Math.max(0, ...shapes.map(({ columns }) => columns.length));
  const values = Array.from({ length: width }, (_, i) => `, c${i + 1}`).join('');
  await session.run(
    `CREATE TABLE main.hfit_log ${marked(`(id INTEGER PRIMARY KEY, tbl, present, k${values})`)}`,
  );
  for (const [name, columns] of Object.entries(tables)) {
    await session.run(`CREATE TABLE main.${name} ${marked(columns)}`);
  }
  await session.run('INSERT INTO main.hfit_vacuum (rowid, mark) VALUES (2, 1)');
  for (const shape of shapes) {
    const { id, table } = shape;
    await session.query('INSERT INTO main.hfit_tables (id, name, shape) VALUES (?, ?, ?)', [
      BigInt(id),
      table.name,
      JSON.stringify(shape),
    ]);
    for (const sql of triggersOf(shape)) {
      await session.run(sql);
      const name = /^CREATE TRIGGER "(\w+)"/.exec(sql)?.[1] as string;
      await session.query('INSERT INTO main.hfit_triggers VALUES (?, ?, ?)', [
        name,
        table.name,
        sql,
      ]);
    }
  }
  await session.run(keepRoots);
  const tracked = new Set(schema.tables.map(({ name }) => name));
  const ignored = all.tables.map(({ name }) => name).filter((name) => !tracked.has(name));
  await session.query('INSERT INTO main.hfit_meta VALUES (?, ?, ?, 0, ?, ?)', [
    version,
    randomUUID(),
    await schemaVersion(session),
    JSON.stringify(keptSchema(schema.tables)),
    JSON.stringify(ignored),
  ]);
}

/** Notes the page at which each table begins: VACUUM moves it, and who writes the schema by hand. */
export const keepRoots = `
  UPDATE main.hfit_tables SET root = s.rootpage FROM main.sqlite_schema s
  WHERE s.type = 'table' AND s.name = hfit_tables.name`;

/** Drops the log, of whichever version. Needs a transaction. */
export async function drop(session: SqliteSession): Promise<void> {
  for (const [type, name, sql] of await named(session)) {
    const isOurs = type === 'trigger' ? isOwnTrigger : isLogTable;
    if (isOurs(name, sql)) await session.run(`DROP ${type} main.${quote(name)}`);
  }
}

/** What has a name that the log needs and is not of it, in words; null where there is nothing. */
export async function inTheWay(session: SqliteSession): Promise<string | null> {
  const found = (await named(session)).find(([, name, sql]) => isInTheWay(name, sql));
  return found ? `there is a ${found[0]} ${found[1]}, a name that the change log needs` : null;
}

/** All whose names begin as ours do: type, name and statement. */
async function named(session: SqliteSession): Promise<[string, string, string][]> {
  const rows = await session.query(
    "SELECT type, name, sql FROM main.sqlite_schema WHERE name LIKE 'hfit\\_%' ESCAPE '\\'",
  );
  return rows.map((row) => row.map(String) as [string, string, string]);
}

export interface Meta {
  /** Another one for each installation. */
  readonly installed: string;
  /** Of the schema when it was last looked at. */
  readonly schemaVersion: bigint;
  /** The last position before a VACUUM that may have numbered rows anew; 0 if there was none. */
  readonly renumbered: bigint;
}

/** Null where there is no log, or one of another version. */
export async function readMeta(session: SqliteSession): Promise<Meta | null> {
  const found = await rowsOf(
    session,
    'SELECT version, installed, schema_version, renumbered FROM main.hfit_meta',
  );
  const [made, installed, at, renumbered] = found?.[0] ?? [];
  if (made !== version) return null;
  return {
    installed: String(installed),
    schemaVersion: at as bigint,
    renumbered: renumbered as bigint,
  };
}

/** The rows of a query; null where its table is not there. */
export async function rowsOf(
  session: SqliteSession,
  sql: string,
  parameters: readonly Value[] = [],
): Promise<Row[] | null> {
  try {
    return await session.query(sql, parameters);
  } catch (error) {
    // A table of a user may have that name.
    if (/no such (table|column)/.test(String(error))) return null;
    throw error;
  }
}

export async function readKept(
  session: SqliteSession,
): Promise<{ kept: KeptSchema; ignored: readonly string[] }> {
  const [row] = await session.query('SELECT kept, ignored FROM main.hfit_meta');
  return { kept: JSON.parse(String(row?.[0])), ignored: JSON.parse(String(row?.[1])) };
}

/** They are large, and stay the same for as long as the log is installed. */
const shapes = new WeakMap<SqliteSession, { installed: string; byId: Map<bigint, Shape> }>();

export async function readShapes(
  session: SqliteSession,
  { installed }: Meta,
  ids: readonly bigint[],
): Promise<Shape[]> {
  let kept = shapes.get(session);
  if (kept?.installed !== installed) {
    kept = { installed, byId: new Map() };
    shapes.set(session, kept);
  }
  const { byId } = kept;
  for (const id of ids) {
    if (byId.has(id)) continue;
    const [row] = await session.query('SELECT shape FROM main.hfit_tables WHERE id = ?', [id]);
    byId.set(id, JSON.parse(String(row?.[0])));
  }
  return ids.map((id) => byId.get(id) as Shape);
}

export async function status(session: SqliteSession): Promise<LogStatus | null> {
  const [meta] = await session.query(
    "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = 'hfit_meta'",
  );
  if (!meta || !isLogTable('hfit_meta', String(meta[0]))) return null;
  const names = await rowsOf(session, 'SELECT name FROM main.hfit_tables ORDER BY id');
  const checkpoints = await rowsOf(
    session,
    'SELECT name, at FROM main.hfit_checkpoints ORDER BY position',
  );
  if (!names || !checkpoints || !(await readMeta(session)))
    return { current: false, tables: [], checkpoints: [] };
  return {
    current: true,
    tables: names.map(([name]) => ({ schema: '', name: String(name) })),
    checkpoints: checkpoints.map(([name, at]) => ({ name: String(name), at: String(at) })),
  };
}

/**
 * Where a checkpoint stands in the log.
 * @throws HFIT_CHECKPOINT_UNKNOWN
 */
export async function positionOf(
  session: SqliteSession,
  name: string,
): Promise<{ position: bigint; isLast: boolean }> {
  const rows = await session.query(
    'SELECT name, position FROM main.hfit_checkpoints ORDER BY position',
  );
  const found = rows.find((row) => row[0] === name);
  if (found) return { position: found[1] as bigint, isLast: found === rows.at(-1) };
  const known = rows.map((row) => row[0]).join(', ') || 'none';
  throw new HfitError('HFIT_CHECKPOINT_UNKNOWN', {
    checkpoint: name,
    database: session.location,
    known,
  });
}

export async function schemaVersion(session: SqliteSession): Promise<bigint> {
  return (await session.query('PRAGMA main.schema_version'))[0]?.[0] as bigint;
}
