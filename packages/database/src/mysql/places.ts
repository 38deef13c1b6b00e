import type { Session } from '../driver.js';

/** The schemas of a server are its databases, and each of them can be reached from all others. */
export async function places(session: Session, schemas: readonly string[]): Promise<string[]> {
  const [row] = await session.query(
    `SELECT concat_ws('/', @@hostname, @@port, @@datadir), DATABASE()`,
  );
  const [server, own] = row ?? [];
  return schemas.map((schema) => `${server}${schema || own}`);
}
