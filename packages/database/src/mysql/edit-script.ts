import type { Dialect } from '../dialect.js';
import { keyedBy } from './bind.js';
import { imageOf, imageOfRow } from './image.js';
import { quoteTable } from './quote.js';
import { checkKeys, settings } from './settings.js';

/** How a script changes rows. Counters are put after the commit: each ends a transaction. */
export const editScript: Dialect['editScript'] = {
  begin: [
    settings,
    'SET SESSION unique_checks = 1',
    checkKeys(false),
    'START TRANSACTION READ WRITE',
  ],

  deleteRow(table, columns, key, row) {
    const at = (key ?? []).map((name) => columns.findIndex((column) => column.name === name));
    const conditions = [`${imageOf(columns)} = '${imageOfRow(columns, row)}'`];
    if (key !== null) {
      const keyColumns = columns.filter((_, i) => at.includes(i));
      const values = row.filter((_, i) => at.includes(i));
      conditions.unshift(keyedBy(keyColumns, [values]).sql);
    }
    return `DELETE FROM ${quoteTable(table)} WHERE ${conditions.join(' AND ')} LIMIT 1`;
  },

  sequence(sequence, value) {
    const next = value === null ? '1' : String(BigInt(value.last) + (value.called ? 1n : 0n));
    return sequence.ownedBy
      ? `ALTER TABLE ${quoteTable(sequence)} AUTO_INCREMENT = ${next}`
      : `ALTER SEQUENCE ${quoteTable(sequence)} RESTART WITH ${next}`;
  },
};
