import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import type { ChangeLog } from '../log.js';
import { keptSchema } from '../schema-change.js';
import { explain } from './explain.js';
import { identityOf } from './identity.js';
import { introspect } from './introspect.js';
import {
  assertIntact,
  assertNumbers,
  changeOf,
  keepSchemaVersion,
  missingOf,
  movedTable,
} from './log/guard.js';
import { changesOf, putBack, type Span, touched } from './log/rows.js';
import { keepSequences, putSequencesBack, sequenceChanges } from './log/sequences.js';
import {
  drop,
  inTheWay,
  type Meta,
  make,
  positionOf,
  readKept,
  readMeta,
  readShapes,
  schemaVersion,
  status,
} from './log/store.js';
import { quote } from './quote.js';
import type { SqliteSession } from './session.js';
import { muteTriggers } from './triggers.js';

/** How long `install` and `remove` wait for the locks of others, in milliseconds. */
const patience = 5000;

export const log: ChangeLog = {
  status: (session) => alone(session, status),

  obstacle: (session, schema, time = patience) =>
    alone(session, async (own) => {
      const nameless = schema.tables.find((table) => !identityOf(table));
      if (nameless) return `no name is left for the number of a row of table ${nameless.name}`;
      const taken = await inTheWay(own);
      if (taken) return taken;
      const collation = await unknownCollation(own);
      if (collation) return `only the application knows the collation ${collation} of an index`;
      try {
        await waiting(own, 'BEGIN IMMEDIATE', time);
        // A file that may only be read lets one begin.
        await own.run('CREATE TABLE main.hfit_probe (a); ROLLBACK');
        return null;
      } catch (error) {
        await own.run('ROLLBACK').catch(() => {});
        const { reason, end } = explain(error);
        if (end || error instanceof HfitError) throw error;
        return reason;
      }
    }),

  install: (session, schema, time = patience) =>
    transaction(session, time, async (own) => {
      if (await fits(own, keptSchema(schema.tables))) return;
      await drop(own);
      await make(own, schema, await introspect(own));
    }),

  remove: (session, time = patience) => transaction(session, time, drop),

  checkpoint: (session, name, time) =>
    transaction(session, time, async (own) => {
      await assertIntact(own);
      const [row] = await own.query(
        'INSERT INTO main.hfit_log (tbl, present) VALUES (0, 0) RETURNING id',
      );
      const position = row?.[0] as bigint;
      await own.query('DELETE FROM main.hfit_checkpoints WHERE name = ?', [name]);
      await own.query('INSERT INTO main.hfit_checkpoints VALUES (?, ?, ?)', [
        position,
        name,
        new Date().toISOString(),
      ]);
      await keepSequences(own, position);
      await forget(own);
    }),

  changes: (session, since, time) =>
    transaction(session, time, async (own) => {
      const meta = await assertIntact(own);
      const span = await spanSince(own, meta, since);
      const shapes = await readShapes(own, meta, await touched(own, span));
      const tables = [];
      for (const shape of shapes) {
        const change = await changesOf(own, shape, span);
        if (change) tables.push(change);
      }
      return { tables, sequences: await sequenceChanges(own, span.since) };
    }),

  rewind: (session, to, time) =>
    transaction(session, time, async (own) => {
      const meta = await assertIntact(own);
      const span = await spanSince(own, meta, to);
      const shapes = await readShapes(own, meta, await touched(own, span));
      const muted = await muteTriggers(
        own,
        shapes.map(({ table }) => table),
      );
      const tables = [];
      for (const shape of shapes) {
        const { schema, name } = shape.table;
        tables.push({ table: { schema, name }, rows: await putBack(own, shape, span) });
      }
      // Rows that came back have moved them, too.
      const sequences = await putSequencesBack(own, span.since);
      // What the rewind has done is logged too, and undoes itself.
      if (shapes.length > 0 || !span.isLast)
        await own.query('DELETE FROM main.hfit_log WHERE id > ?', [span.since]);
      if (!span.isLast) {
        await own.query('DELETE FROM main.hfit_checkpoints WHERE position > ?', [span.since]);
        await forget(own);
      }
      for (const statement of muted) await own.run(statement);
      if (muted.length > 0) await keepSchemaVersion(own);
      return { tables: tables.filter(({ rows }) => rows > 0), sequences };
    }),
};

function alone<T>(session: Session, work: (own: SqliteSession) => Promise<T>): Promise<T> {
  const own = session as SqliteSession;
  return own.alone(() => work(own));
}

/**
 * One transaction that has the right to write from its begin on, so that it meets no other writer.
 * @throws HFIT_LOG_WRITER
 */
function transaction<T>(
  session: Session,
  time: number,
  work: (own: SqliteSession) => Promise<T>,
): Promise<T> {
  return alone(session, async (own) => {
    await waiting(own, 'BEGIN IMMEDIATE', time);
    try {
      const before = await stamp(own);
      const result = await work(own);
      // Without a write-ahead log, a commit has to wait for readers, also where nothing was written.
      const wrote = (await stamp(own)) !== before;
      await waiting(own, wrote ? 'COMMIT' : 'ROLLBACK', time);
      return result;
    } catch (error) {
      await own.run('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}

/** Another one after each write of this connection, to rows or to the schema. */
async function stamp(own: SqliteSession): Promise<string> {
  const [row] = await own.query('SELECT total_changes()');
  return `${row?.[0]} ${await schemaVersion(own)}`;
}

async function waiting(own: SqliteSession, sql: string, time: number): Promise<void> {
  try {
    await own.patiently(sql, time);
  } catch (error) {
    if (!(error instanceof HfitError)) throw error;
    const writer = 'another connection to this file holds its lock; SQLite does not tell which';
    const values = { database: own.location, seconds: time / 1000, writer };
    throw new HfitError('HFIT_LOG_WRITER', values, { cause: error });
  }
}

/** Whether there is a log already that serves for these tables. */
async function fits(own: SqliteSession, wanted: ReturnType<typeof keptSchema>): Promise<boolean> {
  if (!(await readMeta(own))) return false;
  const { kept } = await readKept(own);
  if (JSON.stringify(kept) !== JSON.stringify(wanted)) return false;
  if ((await changeOf(own)) !== null || (await movedTable(own)) !== null) return false;
  const expected = await own.query('SELECT name, tbl, sql FROM main.hfit_triggers');
  const present = await own.query(
    "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger'",
  );
  return missingOf(expected, present) === undefined;
}

/** A program may make collations of its own, which no other connection has. */
async function unknownCollation(own: SqliteSession): Promise<string | null> {
  const rows = await own.query(
    `SELECT DISTINCT i.coll FROM main.sqlite_schema s, pragma_index_xinfo(s.name, 'main') i
     WHERE s.type = 'index' AND i.coll NOT IN ('BINARY', 'NOCASE', 'RTRIM')`,
  );
  for (const [name] of rows) {
    try {
      await own.query(`SELECT 'a' = 'b' COLLATE ${quote(String(name))}`);
    } catch {
      return String(name);
    }
  }
  return null;
}

async function spanSince(
  own: SqliteSession,
  meta: Meta,
  name: string,
): Promise<Span & { readonly isLast: boolean }> {
  const { position: since, isLast } = await positionOf(own, name);
  await assertNumbers(own, meta, since);
  const [last] = await own.query('SELECT max(id) FROM main.hfit_log');
  return { since, until: last?.[0] as bigint, isLast };
}

/** Drops what no checkpoint can ask for. */
async function forget(own: SqliteSession): Promise<void> {
  await own.query(
    'DELETE FROM main.hfit_log WHERE id < (SELECT min(position) FROM main.hfit_checkpoints)',
  );
  await own.query(
    'DELETE FROM main.hfit_sequences WHERE position NOT IN (SELECT position FROM main.hfit_checkpoints)',
  );
}
