import { type Dialect, ownRowsOf } from '../dialect.js';
import type { Column, Row } from '../model.js';
import { literal, quote, quoteTable } from './quote.js';

/** How a script changes rows. Keys and triggers are off by a setting that takes a privilege. */
export function editScript(
  dialect: () => Dialect,
  settings: readonly string[],
): Dialect['editScript'] {
  return {
    begin: ['BEGIN', ...settings, 'SET LOCAL session_replication_role = replica'],

    deleteRow(table, columns, key, row) {
      const from = ownRowsOf(dialect(), table);
      const conditions = [...(key ?? []).map((name) => keyed(columns, name, row))];
      conditions.push(`${imageOf(columns)} = ROW(${row.map(text).join(', ')})::text COLLATE "C"`);
      return (
        `DELETE FROM ${from} t WHERE (t.tableoid, t.ctid) = (SELECT t.tableoid, t.ctid FROM ${from} t` +
        ` WHERE ${conditions.join(' AND ')} LIMIT 1)`
      );
    },

    sequence(sequence, value) {
      if (value === null) return `ALTER SEQUENCE ${quoteTable(sequence)} RESTART`;
      const name = literal(quoteTable(sequence));
      return `SELECT pg_catalog.setval(${name}, ${literal(value.last)}, ${value.called})`;
    },
  };
}

/** A row as the text of a record, which holds what the output function of each type writes. */
function imageOf(columns: readonly Column[]): string {
  return `ROW(${columns.map(({ name }) => `t.${quote(name)}`).join(', ')})::text COLLATE "C"`;
}

/** For the index of the key. */
function keyed(columns: readonly Column[], name: string, row: Row): string {
  const value = row[columns.findIndex((column) => column.name === name)];
  return `t.${quote(name)} = ${literal(String(value))}`;
}

function text(value: Row[number]): string {
  return value === null ? 'NULL::text' : `${literal(String(value))}::text`;
}
