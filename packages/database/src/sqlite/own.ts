/*
 * Our own tables and triggers, by their exact names and a mark: whoever calls a table of his
 * `hfit_orders` is to have it seen.
 */

/** Stands in the statement of each table of the log, which SQLite keeps as it was written. */
export const mark = '/* made by Hot Fixture */';

export const logTables = [
  'hfit_log',
  'hfit_meta',
  'hfit_tables',
  'hfit_triggers',
  'hfit_checkpoints',
  'hfit_sequences',
  'hfit_vacuum',
] as const;

const copies = /^hfit_(copies|copy_[0-9]+_[0-9]+)$/;
const trigger = /^hfit_[0-9]+_(insert|inserted|update|clash|delete)$/;

/** Of the change log or of its strategy `copies`. */
export function isOwnTable(name: string, sql: string): boolean {
  return copies.test(name) || isLogTable(name, sql);
}

export function isLogTable(name: string, sql: string): boolean {
  return (logTables as readonly string[]).includes(name) && sql.includes(mark);
}

export function isOwnTrigger(name: string, sql: string): boolean {
  return trigger.test(name) && sql.includes('INSERT INTO hfit_log (');
}

/** Whether something of another is where the log would make its own; SQLite minds no case. */
export function isInTheWay(name: string, sql: string): boolean {
  const lower = name.toLowerCase();
  const wanted = (logTables as readonly string[]).includes(lower) || trigger.test(lower);
  return wanted && !isLogTable(name, sql) && !isOwnTrigger(name, sql);
}
