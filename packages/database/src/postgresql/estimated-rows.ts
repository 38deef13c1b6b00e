import type { Session } from '../driver.js';
import type { TableName } from '../model.js';
import { quoteTable } from './quote.js';

/** What the last ANALYZE or VACUUM counted; -1 stands for never. */
export async function estimatedRows(session: Session, table: TableName): Promise<number | null> {
  const [row] = await session.query(
    'SELECT reltuples::bigint FROM pg_class WHERE oid = $1::regclass AND reltuples > 0',
    [quoteTable(table)],
  );
  return row ? Number(row[0]) : null;
}
