import { rowKey } from '../../key.js';
import type { Column, Schema, Sequence, Table } from '../../model.js';
import { imageOf } from '../image.js';
import { mark } from '../own.js';
import { quote, quoteTable } from '../quote.js';
import type { KeptTrigger } from './watch.js';

/** A table under the log, and where its changes are noted. */
export interface Tracked {
  /** From 0; its log is the table `hfit_log_<n>` of our own database. */
  readonly n: number;
  readonly table: Table;
  /** All that are written; generated ones are not. In the log they are called c0, c1 … */
  readonly columns: readonly Column[];
  /** Null where only whole rows can be compared. */
  readonly key: readonly string[] | null;
}

/** What the log is made for. It is kept as JSON beside the log. */
export interface Plan {
  /** A word for this installation. */
  readonly made: string;
  readonly database: string;
  readonly tables: readonly Tracked[];
  readonly sequences: readonly Sequence[];
  /** Tables and sequences of the same databases that are not under the log. */
  readonly others: readonly string[];
  readonly triggers: readonly KeptTrigger[];
  /** Seconds of the server's clock, when it was made. */
  readonly second: number;
  /** Whether the server tells by a time that a table was altered. */
  readonly trustsTimes: boolean;
}

export function trackedTables({ tables }: Pick<Schema, 'tables'>): Tracked[] {
  return tables.map((table, n) => ({
    n,
    table,
    columns: table.columns.filter(({ generated }) => !generated),
    key: rowKey(table),
  }));
}

/**
 * The name of the log of a table, in full: a trigger of another database would look for a bare name
 * there.
 */
export function logOf(database: string, { n }: Tracked): string {
  return `${quote(database)}.${quote(`hfit_log_${n}`)}`;
}

/** The column of the log that keeps a column of the table. */
export function kept({ columns }: Tracked, name: string): string {
  return `c${columns.findIndex((column) => column.name === name)}`;
}

export function keptColumns({ columns }: Tracked): string[] {
  return columns.map((_, i) => `c${i}`);
}

/** The image of a row in the log: the same as that of the row in its table. */
export function keptImage({ columns }: Tracked): string {
  return imageOf(columns.map((column, i) => ({ ...column, name: `c${i}` })));
}

/**
 * The statement that makes the log of a table. It copies types, character sets and collations by a
 * query. Columns of the key are never null; the others are where only the key was noted.
 */
export function createLog(database: string, tracked: Tracked): string {
  const { table, columns, key } = tracked;
  const list = columns.map(({ name }, i) => {
    const from = key?.includes(name) ? 'k' : 't';
    return `${from}.${quote(name)} AS c${i}`;
  });
  // Of what a foreign key will do to the row: whose change it waits for.
  const pending = key ? '' : ', pending BIGINT UNSIGNED';
  const name = quoteTable(table);
  return `CREATE TABLE ${logOf(database, tracked)} (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, mark TINYINT NOT NULL DEFAULT 0${pending}
  ) ENGINE=InnoDB COMMENT='${mark}' AS SELECT ${list.join(', ')} FROM ${name} k LEFT JOIN ${name} t ON FALSE WHERE FALSE`;
}
