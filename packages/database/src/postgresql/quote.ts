import type { TableName } from '../model.js';

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function quoteTable(table: TableName): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}

/** A text literal; needs `standard_conforming_strings`, which our transactions switch on. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
