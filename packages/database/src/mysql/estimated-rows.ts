import type { Session } from '../driver.js';
import type { TableName } from '../model.js';

/** What InnoDB estimates from a few pages of the table. */
export async function estimatedRows(session: Session, table: TableName): Promise<number | null> {
  const [row] = await session.query(
    `SELECT table_rows FROM information_schema.tables
      WHERE table_schema = COALESCE(NULLIF(?, ''), DATABASE()) AND table_name = ? AND table_rows > 0`,
    [table.schema, table.name],
  );
  return row ? Number(row[0]) : null;
}
