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
  all = false,
): AsyncGenerator<Row[]> {
  cursors += 1;
  const name = `hfit_cursor_${cursors}`;
  // For a cursor, the server takes the way to the first tenth of the rows: by thousands of keys that
  // is often through the whole table.
  if (all) await session.run('SET LOCAL cursor_tuple_fraction = 1');
  await session.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, parameters);
  if (all) await session.run('SET LOCAL cursor_tuple_fraction TO DEFAULT');
  const batch = new BatchSize(size);
  // The server looks for the next rows while these are worked on.
  const ask = () => {
    const asked = batch.next;
    const rows = session.query(`FETCH FORWARD ${asked} FROM ${name}`);
    rows.catch(() => {});
    return { asked, rows };
  };
  let last: ReturnType<typeof ask> | null = ask();
  let failed = false;
  try {
    while (last) {
      const rows: Row[] = await last.rows;
      batch.learn(rows);
      last = rows.length < last.asked ? null : ask();
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // Who stops early leaves a question behind; where that fails, the cursor is gone with it.
    await last?.rows.catch(() => {
      failed = true;
    });
    if (!failed) await session.run(`CLOSE ${name}`);
  }
}
