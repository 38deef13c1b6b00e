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
  const references = tables.flatMap((table) =>
    table.foreignKeys.map((foreignKey) => ({ table, foreignKey })),
  );
  const found: Orphans[] = [];
  for (let at = 0; at < references.length; at += askedAtOnce) {
    const some = references.slice(at, at + askedAtOnce);
    const parts = some.map((it, i) => `SELECT ${i}, (${orphansSql(dialect, it)})`);
    for (const [i, count] of await session.query(parts.join(' UNION ALL '))) {
      const rows = Number(count);
      if (rows === 0) continue;
      const { table, foreignKey } = some[Number(i)] as Reference;
      const [name, target] = [qualified(table), qualified(foreignKey.target)];
      found.push({ table: name, foreignKey: foreignKey.name, target, rows });
    }
  }
  return found;
}

/** Each way to the server takes longer than to look through a table of test size. */
const askedAtOnce = 20;

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
  const columns = foreignKey.columns.flatMap(
    (name) => table.columns.find((column) => column.name === name) ?? [],
  );
  const among = values === null ? null : dialect.keyedBy(columns, values, 0);
  const [row] = await session.query(
    orphansSql(dialect, { table, foreignKey }, among?.sql),
    among?.parameters ?? [],
  );
  return Number(row?.[0]);
}

function orphansSql(dialect: Dialect, { table, foreignKey }: Reference, among?: string): string {
  const quote = (alias: string, column: string) => `${alias}.${dialect.quote(column)}`;
  const set = foreignKey.columns.map((column) => `${quote('c', column)} IS NOT NULL`);
  const joined = foreignKey.columns.map((column, i) => {
    return `${quote('p', foreignKey.targetColumns[i] as string)} = ${quote('c', column)}`;
  });
  return (
    `SELECT count(*) FROM ${ownRowsOf(dialect, table)} c WHERE ${set.join(' AND ')}` +
    (among === undefined ? '' : ` AND (${among})`) +
    ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(dialect, foreignKey.target)} p WHERE ${joined.join(' AND ')})`
  );
}
