import type { Dialect } from '../dialect.js';
import type { Row } from '../model.js';
import { quote, quoteTable } from './quote.js';

/** Row by row: a statement is prepared once, and there is no way to a server to be saved. */
export const insertReturning: Dialect['insertReturning'] = async (
  session,
  table,
  columns,
  rows,
  returned,
) => {
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const values =
    columns.length === 0
      ? 'DEFAULT VALUES'
      : `(${names}) VALUES (${columns.map(() => '?').join(', ')})`;
  const list = returned.map(({ name }) => quote(name)).join(', ') || 'NULL';
  const sql = `INSERT OR ABORT INTO ${quoteTable(table)} ${values} RETURNING ${list}`;
  const made: Row[] = [];
  for (const row of rows) made.push(...(await session.query(sql, row)));
  return made;
};
