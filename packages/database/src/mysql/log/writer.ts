import type { Session } from '../../driver.js';

/** Tells who has written and not ended its transaction, as far as this role may see it. */
export async function writerOf(session: Session): Promise<string> {
  const shown = 'p.ID, p.USER, p.COMMAND, p.TIME, p.INFO';
  const others = `p.ID <> CONNECTION_ID() ORDER BY p.DB <=> DATABASE() DESC`;
  try {
    const [row] = await session.query(
      `SELECT ${shown} FROM information_schema.INNODB_TRX t
       JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
       WHERE (t.trx_rows_modified > 0 OR t.trx_rows_locked > 0) AND ${others}, t.trx_started LIMIT 1`,
    );
    if (row) return words(row as (string | null)[]);
    return 'its connection is not in the list of transactions any more';
  } catch {
    const rows = await session.query(
      `SELECT ${shown} FROM information_schema.PROCESSLIST p WHERE p.DB = DATABASE() AND ${others}`,
    );
    const seen = rows.map((row) => words(row as (string | null)[])).join('; ');
    return `the role may not see which (it lacks the privilege PROCESS); of its own there is ${seen || 'no other connection'}`;
  }
}

function words([id, user, command, time, query]: readonly (string | null)[]): string {
  const doing = query
    ? `runs ${query.replace(/\s+/g, ' ').slice(0, 300)}`
    : `command ${command}, idle for ${time} s`;
  return `connection ${id} of user ${user}, ${doing}`;
}
