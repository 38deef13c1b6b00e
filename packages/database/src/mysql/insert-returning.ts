import type { Dialect } from '../dialect.js';
import type { Session } from '../driver.js';
import { rowKey } from '../key.js';
import type { Column, Row, Table, Value } from '../model.js';
import { selected } from './image.js';
import { insert, statements } from './insert.js';
import { quote, quoteTable } from './quote.js';
import type { MysqlSession } from './session.js';

/** MariaDB tells what it has written; for MySQL the rows are read by their keys. */
export const insertReturning: Dialect['insertReturning'] = async (
  session,
  table,
  columns,
  rows,
  returned,
) => {
  const list = returned.map((column) => selected(column)).join(', ') || 'NULL';
  const made: Row[] = [];
  for (const statement of statements(table, columns, rows)) {
    if (await tellsRows(session)) {
      for (const row of await session.query(`${statement.sql} RETURNING ${list}`)) made.push(row);
    } else {
      await insert(session as MysqlSession, table, columns, statement.rows);
      made.push(...(await readBack(session, table, columns, statement.rows, list)));
    }
  }
  return made;
};

const known = new WeakMap<Session, boolean>();

async function tellsRows(session: Session): Promise<boolean> {
  const found = known.get(session);
  if (found !== undefined) return found;
  const [row] = await session.query('SELECT VERSION()');
  const tells = /mariadb/i.test(String(row?.[0]));
  known.set(session, tells);
  return tells;
}

/**
 * The rows of one INSERT, each by its key. The numbers that it gave out follow each other, for it
 * told their count at its begin (MySQL, "AUTO_INCREMENT Handling in InnoDB": simple inserts).
 */
export async function readBack(
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
  list: string,
): Promise<Row[]> {
  const key = rowKey(table) ?? [];
  const [numbers] = await session.query('SELECT LAST_INSERT_ID(), @@auto_increment_increment');
  const [first, step] = (numbers ?? []).map((it) => BigInt(String(it)));
  const made: Row[] = [];
  for (const [i, row] of rows.entries()) {
    const values = key.map((name): Value | undefined => {
      const at = columns.findIndex((column) => column.name === name);
      if (at !== -1) return row[at];
      const isNumbered = table.columns.some((it) => it.name === name && it.identity !== null);
      return isNumbered ? `${(first ?? 0n) + BigInt(i) * (step ?? 1n)}` : undefined;
    });
    if (key.length === 0 || values.includes(undefined)) {
      throw new Error(`the rows of ${quoteTable(table)} have no key to read them back by`);
    }
    const where = key.map((name) => `${quote(name)} = ?`).join(' AND ');
    const sql = `SELECT ${list} FROM ${quoteTable(table)} WHERE ${where}`;
    made.push(...(await session.query(sql, values as Value[])));
  }
  return made;
}
