import { HfitError } from '@hot-fixture/errors';
import type { Row } from '../../model.js';
import { schemaChange } from '../../schema-change.js';
import { introspect } from '../introspect.js';
import { isLogTable, isOwnTrigger, logTables } from '../own.js';
import { quote } from '../quote.js';
import type { SqliteSession } from '../session.js';
import { keepRoots, type Meta, readKept, readMeta, readShapes, schemaVersion } from './store.js';

/**
 * Looks whether the log can be trusted: mostly one number, and all of the schema where that has
 * changed. Needs a transaction that may write.
 * @throws HFIT_LOG_ABSENT, HFIT_LOG_SCHEMA_CHANGED, HFIT_LOG_BYPASSED
 */
export async function assertIntact(session: SqliteSession): Promise<Meta> {
  const meta = await readMeta(session);
  const database = session.location;
  if (!meta) throw new HfitError('HFIT_LOG_ABSENT', { database });
  if ((await schemaVersion(session)) === meta.schemaVersion) return meta;
  const change = await changeOf(session);
  if (change !== null) throw new HfitError('HFIT_LOG_SCHEMA_CHANGED', { database, change });
  await assertTriggers(session);
  const moved = await movedTable(session);
  if (moved !== null) {
    const reason = `table ${moved} stands at another page of the file, and has the rows of another table`;
    throw new HfitError('HFIT_LOG_BYPASSED', { database, reason });
  }
  const renumbered = await renumberedAt(session, meta);
  await keepSchemaVersion(session);
  return { ...meta, renumbered };
}

/** After what the log itself changes in the schema. */
export async function keepSchemaVersion(session: SqliteSession): Promise<void> {
  await session.query('UPDATE main.hfit_meta SET schema_version = ?', [
    await schemaVersion(session),
  ]);
}

/** What differs from the schema that the log was made for; null where nothing does. */
export async function changeOf(session: SqliteSession): Promise<string | null> {
  const gone = await missingTable(session);
  if (gone) return `table ${gone}, in which the log keeps its notes, was dropped or renamed`;
  const { kept, ignored } = await readKept(session);
  const { tables } = await introspect(session);
  return schemaChange(kept, { tables: tables.filter(({ name }) => !ignored.includes(name)) });
}

async function missingTable(session: SqliteSession): Promise<string | undefined> {
  const rows = await session.query("SELECT name, sql FROM main.sqlite_schema WHERE type = 'table'");
  const there = rows.filter(([name, sql]) => isLogTable(String(name), String(sql)));
  return logTables.find((it) => !there.some(([name]) => name === it));
}

/** Each trigger has to be there, and those of users made later are to fire after it. */
async function assertTriggers(session: SqliteSession): Promise<void> {
  const expected = await session.query(
    'SELECT name, tbl, sql FROM main.hfit_triggers ORDER BY rowid',
  );
  const present = await session.query(
    "SELECT name, lower(tbl_name), sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
  );
  const missing = missingOf(expected, present);
  if (missing) {
    const reason = `trigger ${missing[0]} of table ${missing[1]} is gone or changed; a table that is made anew loses its triggers`;
    throw new HfitError('HFIT_LOG_BYPASSED', { database: session.location, reason });
  }
  const covered = new Set<string>();
  for (const [name, table, sql] of present.toReversed()) {
    if (isOwnTrigger(String(name), String(sql))) covered.add(String(table));
    else if (!covered.has(String(table))) {
      await makeLast(
        session,
        expected.filter((row) => lower(row[1]) === table),
      );
      covered.add(String(table));
    }
  }
}

export function missingOf(expected: readonly Row[], present: readonly Row[]): Row | undefined {
  const statements = new Map(present.map(([name, , sql]) => [name, sql]));
  return expected.find(([name, , sql]) => statements.get(name) !== sql);
}

const lower = (name: unknown) => String(name).toLowerCase();

async function makeLast(session: SqliteSession, triggers: readonly Row[]): Promise<void> {
  for (const [name] of triggers) await session.run(`DROP TRIGGER main.${quote(String(name))}`);
  for (const [, , sql] of triggers) await session.run(String(sql));
}

/**
 * A table that has the rows of another, as names were swapped in a schema that was written by hand;
 * null where none has.
 */
export async function movedTable(session: SqliteSession): Promise<string | null> {
  const [settled] = await session.query(
    `SELECT (SELECT rowid FROM main.hfit_vacuum) = 2 AND auto_vacuum = 0 FROM pragma_auto_vacuum('main')`,
  );
  // Else SQLite moves tables itself.
  if (settled?.[0] !== 1n) return null;
  const [moved] = await session.query(
    `SELECT t.name FROM main.hfit_tables t JOIN main.sqlite_schema s ON s.type = 'table' AND s.name = t.name
     WHERE s.rootpage <> t.root LIMIT 1`,
  );
  return moved ? String(moved[0]) : null;
}

/** Notices a VACUUM: it gives rows new numbers where no column and no index holds them. */
async function renumberedAt(session: SqliteSession, meta: Meta): Promise<bigint> {
  const [row] = await session.query('SELECT rowid FROM main.hfit_vacuum');
  if (row?.[0] === 2n) return meta.renumbered;
  const [last] = await session.query('SELECT max(id) FROM main.hfit_log');
  const position = (last?.[0] ?? 0n) as bigint;
  await session.query('UPDATE main.hfit_vacuum SET rowid = 2');
  await session.run(keepRoots);
  await session.query('UPDATE main.hfit_meta SET renumbered = ?', [position]);
  return position;
}

/**
 * @throws HFIT_LOG_BYPASSED where a change of such a table was logged before its rows got new
 *   numbers
 */
export async function assertNumbers(
  session: SqliteSession,
  meta: Meta,
  since: bigint,
): Promise<void> {
  if (meta.renumbered <= since) return;
  const rows = await session.query(
    'SELECT DISTINCT tbl FROM main.hfit_log WHERE id > ? AND id <= ? AND tbl <> 0',
    [since, meta.renumbered],
  );
  const shapes = await readShapes(
    session,
    meta,
    rows.map(([id]) => id as bigint),
  );
  const unsure = shapes.find(
    ({ rowid, table, keys }) => rowid && keys[0]?.kept === 'k' && !isNumbered(table),
  );
  if (!unsure) return;
  const reason = `VACUUM has given new numbers to the rows of table ${unsure.table.name}, which has no INTEGER PRIMARY KEY`;
  throw new HfitError('HFIT_LOG_BYPASSED', { database: session.location, reason });
}

function isNumbered(table: { columns: readonly { identity: unknown }[] }): boolean {
  return table.columns.some(({ identity }) => identity !== null);
}
