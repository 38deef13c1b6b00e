import type { TableName } from '../model.js';

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** All tables are those of `main`, which is not named: a script may be run on any database. */
export function quoteTable(table: TableName): string {
  return quote(table.name);
}
