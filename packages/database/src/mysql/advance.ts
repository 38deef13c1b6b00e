import type { Dialect } from '../dialect.js';
import { explain } from './explain.js';
import { insert } from './insert.js';
import type { MysqlSession } from './session.js';

/**
 * InnoDB takes no number back, also where its row is: so a row that comes and goes moves the
 * counter. To define the table anew would cost a hundred times more.
 */
export const advance: NonNullable<Dialect['advance']> = async (
  session,
  table,
  columns,
  rows,
  next,
) => {
  const place = columns.findIndex(({ identity }) => identity !== null);
  const [like] = rows;
  const last = next - 1n;
  if (!like || place < 0 || last < 1n) return;
  // What the rows themselves take moves it as well.
  if (rows.some((row) => BigInt(row[place] as string) >= last)) return;
  const row = like.map((value, i) => (i === place ? String(last) : value));
  await session.run('SAVEPOINT hfit_advance');
  try {
    await insert(session as MysqlSession, table, columns, [row]);
  } catch (error) {
    // As where the column has no such number; whoever wants it exact defines the table anew.
    if (explain(error).lost) throw error;
  }
  await session.run('ROLLBACK TO SAVEPOINT hfit_advance');
};
