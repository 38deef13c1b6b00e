import { literal, quote } from './quote.js';

/*
 * Our own tables and triggers, by their exact names: whoever calls a table of his `hfit_orders` is
 * to have it seen.
 */

/** Tables of the change log alone; the others are of its strategy `copies`. */
export const logTableNames = 'hfit_(log|log_[0-9]+|checkpoints|triggers|probe)';
const ownTableNames = `(${logTableNames}|hfit_(copies|copy_[0-9]+_[0-9]+))`;
const ownTable = new RegExp(`^${ownTableNames}$`);

export function isOwnTable(name: string): boolean {
  return ownTable.test(name);
}

/** The same as a condition of the server, which may compare without case. */
export const isOwnTableSql = `(TABLE_NAME REGEXP '^${ownTableNames}$' AND BINARY TABLE_NAME = LOWER(TABLE_NAME))`;

/** Stands as the comment of each table of the log, so that no table of a user is dropped for one. */
export const mark = 'made by Hot Fixture';

/** What each trigger of ours begins with: it is still on a session that rewinds. */
export const muted = '@hfit_muted';
export const triggerStart = `IF ${muted} IS NULL`;

/** Whether a trigger has a name such as we give. */
export const isNamedLikeOurs = `TRIGGER_NAME REGEXP '^hfit_[0-9]+_(ai|au|ad|bd|bu)$'`;
/** Whether a row of information_schema.TRIGGERS is of ours, of whatever log. */
export const isOwnTrigger = `(${isNamedLikeOurs} AND LEFT(ACTION_STATEMENT, ${triggerStart.length}) = '${triggerStart}')`;

/** Whether a trigger notes into the log in this database. */
export function notesInto(database: string): string {
  const name = quote(database).replace(/[\\%_]/g, '\\$&');
  return `ACTION_STATEMENT LIKE ${literal(`%INTO ${name}.\`hfit\\_log\\_%`)}`;
}
