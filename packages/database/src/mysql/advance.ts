import type { Advance, Dialect } from '../dialect.js';
import type { Session } from '../driver.js';
import { explain } from './explain.js';
import { statements } from './insert.js';
import type { MysqlSession } from './session.js';

/**
 * InnoDB takes no number back, also where its row is: so a row that comes and goes moves the
 * counter. To define the table anew would cost a hundred times more.
 */
export const advance: NonNullable<Dialect['advance']> = async (session, moves) => {
  const { maxPacket } = session as MysqlSession;
  const rows = moves.flatMap((it) => statementOf(it, maxPacket / 2) ?? []);
  if (await comeAndGo(session, rows)) return;
  // As where a column has no such number; whoever wants it exact defines the table anew.
  for (const row of rows) await comeAndGo(session, [row]);
};

function statementOf({ table, columns, rows, next }: Advance, most: number): string | null {
  const place = columns.findIndex(({ identity }) => identity !== null);
  const [like] = rows;
  const last = next - 1n;
  if (!like || place < 0 || last < 1n) return null;
  // What the rows themselves take moves it as well.
  if (rows.some((row) => BigInt(row[place] as string) >= last)) return null;
  const row = like.map((value, i) => (i === place ? String(last) : value));
  const [insert] = [...statements(table, columns, [row])];
  return insert && insert.size < most ? insert.sql : null;
}

async function comeAndGo(session: Session, inserts: readonly string[]): Promise<boolean> {
  if (inserts.length === 0) return true;
  const { together } = session as MysqlSession;
  const back = 'ROLLBACK TO SAVEPOINT hfit_advance';
  try {
    await together(['SAVEPOINT hfit_advance', ...inserts, back]);
    return true;
  } catch (error) {
    if (explain(error).end) throw error;
    await session.run(back);
    return false;
  }
}
