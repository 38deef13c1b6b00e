import type { Session } from '../driver.js';

/** A server is told by the moment of its start, in microseconds: its addresses are many. */
export async function places(session: Session): Promise<string[]> {
  const rows = await session.query(
    `SELECT extract(epoch FROM pg_postmaster_start_time())::text || '/' || current_database()`,
  );
  return rows.map(([place]) => String(place));
}
