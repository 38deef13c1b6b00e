import type { Row } from '../model.js';
import { literal, quote } from './quote.js';

/**
 * How values are written and read, whatever the server or the user's handle are set to. Dates that
 * are no dates may have been let in at the source. A slow reader must not be cut off, and a table
 * that somebody else holds is not waited for longer than a minute.
 */
export const settings =
  `SET SESSION time_zone = '+00:00', ` +
  `sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', ` +
  `sql_quote_show_create = 1, sql_auto_is_null = 0, sql_select_limit = DEFAULT, net_write_timeout = 86400, lock_wait_timeout = 60`;

export const encoding = 'SET NAMES utf8mb4';

export const checkKeys = (on: boolean) => `SET SESSION foreign_key_checks = ${on ? 1 : 0}`;

/** All that we change: texts first, then numbers. */
const texts = [
  'character_set_client',
  'character_set_results',
  'collation_connection',
  'time_zone',
  'sql_mode',
];
const numbers = [
  'sql_quote_show_create',
  'sql_auto_is_null',
  'sql_select_limit',
  'net_write_timeout',
  'lock_wait_timeout',
  'innodb_lock_wait_timeout',
  'foreign_key_checks',
  'unique_checks',
  'autocommit',
];

/**
 * One row: the settings as they are, and before them the limit of a packet, the database, and whether
 * the server takes files of the client.
 */
export const readSettings = `SELECT @@SESSION.max_allowed_packet, DATABASE(), @@GLOBAL.local_infile, ${[
  ...texts,
  ...numbers,
]
  .map((name) => `@@SESSION.${name}`)
  .join(', ')}`;

/** Statements that bring back what `readSettings` has read; the database too, where it may have moved. */
export function restoreSettings([, database, , ...values]: Row, mayHaveMoved: boolean): string[] {
  const assignments = [...texts, ...numbers].map((name, i) => {
    const value = values[i] as string | null;
    if (value === null) return `${name} = NULL`;
    return `${name} = ${i < texts.length ? literal(value) : value}`;
  });
  const use = mayHaveMoved && typeof database === 'string' ? [`USE ${quote(database)}`] : [];
  return [...use, `SET SESSION ${assignments.join(', ')}`];
}
