import { BatchSize } from '../batch.js';
import type { Session } from '../driver.js';
import type { Row, Value } from '../model.js';

let cursors = 0;

/**
 * Streams a query through a cursor of SQL, for drivers without a stream of their own. Needs an
 * open transaction.
 */
export async function* fetchAll(
  session: Pick<Session, 'query' | 'run'>,
  sql: string,
  parameters: readonly Value[],
  size: number,
): AsyncGenerator<Row[]> {
  cursors += 1;
  const name = `hfit_cursor_${cursors}`;
  await session.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, parameters);
  const batch = new BatchSize(size);
  let failed = false;
  try {
    while (true) {
      const asked = batch.next;
      const rows = await session.query(`FETCH FORWARD ${asked} FROM ${name}`);
      batch.learn(rows);
      if (rows.length > 0) yield rows;
      if (rows.length < asked) return;
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    if (!failed) await session.run(`CLOSE ${name}`);
  }
}
