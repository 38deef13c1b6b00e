import { type Dialect, quoteTable } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table } from '../model.js';

/** The first row that the database did not take. */
export interface RefusedRow {
  readonly row: Row;
  /** For people, without a value of the row. */
  readonly reason: string;
  readonly cause: unknown;
}

const point = 'hfit_rows';

/**
 * Inserts rows within a transaction, and finds out which one is not taken: of many, a database
 * says only that one is wrong. The transaction can go on after it, with rows of this call in it.
 * @returns null when all were taken
 */
export async function insertRows(
  dialect: Dialect,
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<RefusedRow | null> {
  const refusal = await tryInsert(dialect, session, table, columns, rows);
  if (!refusal || rows.length === 1) return refusal;
  const half = Math.ceil(rows.length / 2);
  for (const part of [rows.slice(0, half), rows.slice(half)]) {
    const refused = await insertRows(dialect, session, table, columns, part);
    if (refused) return refused;
  }
  // Taken in two halves, though not at once.
  return null;
}

async function tryInsert(
  dialect: Dialect,
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<RefusedRow | null> {
  await session.run(`SAVEPOINT ${point}`);
  try {
    await dialect.insert(session, table, columns, rows);
  } catch (cause) {
    const { reason, end } = dialect.explain(cause);
    if (end) throw cause;
    await session.run(`ROLLBACK TO SAVEPOINT ${point}`);
    return { row: rows[0] as Row, reason, cause };
  }
  await session.run(`RELEASE SAVEPOINT ${point}`);
  return null;
}

/** Whether the table has a row with these values in its columns. */
export async function hasRow(
  dialect: Dialect,
  session: Session,
  table: Table,
  columns: readonly Column[],
  values: Row,
): Promise<boolean> {
  const { sql, parameters } = dialect.keyedBy(columns, [values], 0);
  const from = quoteTable(dialect, table);
  const rows = await session.query(`SELECT 1 FROM ${from} WHERE ${sql}`, parameters);
  return rows.length > 0;
}
