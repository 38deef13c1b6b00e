import { type Dialect, ownRowsOf, quoteTable, type Reference } from './dialect.js';
import type { Session } from './driver.js';
import { qualified, type Row, type Table } from './model.js';

/** Rows whose foreign key points to nothing. */
export interface Orphans {
  readonly table: string;
  readonly foreignKey: string;
  readonly target: string;
  readonly rows: number;
}

/** Asks each foreign key of the tables for rows that it should not have let in. */
export async function findOrphans(
  dialect: Dialect,
  session: Session,
  tables: readonly Table[],
): Promise<Orphans[]> {
  const found: Orphans[] = [];
  for (const table of tables) {
    for (const foreignKey of table.foreignKeys) {
      const rows = await countOrphans(dialect, session, { table, foreignKey }, null);
      if (rows === 0) continue;
      const [name, target] = [qualified(table), qualified(foreignKey.target)];
      found.push({ table: name, foreignKey: foreignKey.name, target, rows });
    }
  }
  return found;
}

/**
 * Counts the rows whose foreign key points to nothing.
 * @param values only rows with one of these values in the columns of the key; null for all
 */
export async function countOrphans(
  dialect: Dialect,
  session: Session,
  { table, foreignKey }: Reference,
  values: readonly Row[] | null,
): Promise<number> {
  const quote = (alias: string, column: string) => `${alias}.${dialect.quote(column)}`;
  const set = foreignKey.columns.map((column) => `${quote('c', column)} IS NOT NULL`);
  const joined = foreignKey.columns.map((column, i) => {
    return `${quote('p', foreignKey.targetColumns[i] as string)} = ${quote('c', column)}`;
  });
  const columns = foreignKey.columns.flatMap(
    (name) => table.columns.find((column) => column.name === name) ?? [],
  );
  const among = values === null ? null : dialect.keyedBy(columns, values, 0);
  const [row] = await session.query(
    `SELECT count(*) FROM ${ownRowsOf(dialect, table)} c WHERE ${set.join(' AND ')}` +
      (among === null ? '' : ` AND (${among.sql})`) +
      ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(dialect, foreignKey.target)} p WHERE ${joined.join(' AND ')})`,
    among?.parameters ?? [],
  );
  return Number(row?.[0]);
}
