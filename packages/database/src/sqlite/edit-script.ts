import type { Dialect } from '../dialect.js';
import { literal } from './literal.js';
import { quote, quoteTable } from './quote.js';

/** How a script changes rows. */
export const editScript: Dialect['editScript'] = {
  begin: ['PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE'],

  deleteRow(table, columns, key, row) {
    const conditions = columns.map(({ name }, i) => {
      const value = literal(row[i] ?? null);
      const same = `${quote(name)} IS ${value} COLLATE BINARY`;
      return `${same} AND typeof(${quote(name)}) = typeof(${value})`;
    });
    const where = conditions.join(' AND ');
    // A table without a key is never one without a rowid.
    return key !== null
      ? `DELETE FROM ${quoteTable(table)} WHERE ${where}`
      : `DELETE FROM ${quoteTable(table)} WHERE rowid = (SELECT rowid FROM ${quoteTable(table)} WHERE ${where} LIMIT 1)`;
  },

  sequence({ name }, value) {
    const row = literal(name);
    const forget = `DELETE FROM main.sqlite_sequence WHERE name = ${row}`;
    if (value === null) return forget;
    const last = BigInt(value.last) - (value.called ? 0n : 1n);
    return `${forget};\nINSERT INTO main.sqlite_sequence (name, seq) VALUES (${row}, ${last})`;
  },
};
