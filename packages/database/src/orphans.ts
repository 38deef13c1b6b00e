import { type Dialect, quoteTable } from './dialect.js';
import type { Session } from './driver.js';
import { qualified, type Table } from './model.js';

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
    for (const key of table.foreignKeys) {
      const quote = (alias: string, column: string) => `${alias}.${dialect.quote(column)}`;
      const set = key.columns.map((column) => `${quote('c', column)} IS NOT NULL`);
      const joined = key.columns.map((column, i) => {
        return `${quote('p', key.targetColumns[i] as string)} = ${quote('c', column)}`;
      });
      const [row] = await session.query(
        `SELECT count(*) FROM ${quoteTable(dialect, table)} c WHERE ${set.join(' AND ')}` +
          ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(dialect, key.target)} p WHERE ${joined.join(' AND ')})`,
      );
      const rows = Number(row?.[0]);
      if (rows > 0) {
        const [name, target] = [qualified(table), qualified(key.target)];
        found.push({ table: name, foreignKey: key.name, target, rows });
      }
    }
  }
  return found;
}
