import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Store } from './tables.js';

/** How far the clocks of daemons that share a store may be apart, in milliseconds. */
export const clockTolerance = 60_000;

/**
 * This moment by the clock of the store, for SQL: daemons on several machines agree about leases
 * whatever their own clocks say.
 * @param later milliseconds to add
 */
export function now(store: Store, later = 0): RawBuilder<number> {
  const isShared = store.getExecutor().adapter instanceof PostgresAdapter;
  return isShared
    ? sql<number>`((extract(epoch from clock_timestamp()) * 1000)::bigint + ${sql.lit(later)})`
    : sql<number>`${sql.lit(Date.now() + later)}`;
}

/** How far the clock of the store is ahead of the one here, in milliseconds. */
export async function clockAhead(store: Store): Promise<number> {
  const asked = Date.now();
  const { rows } = await sql<{ moment: number }>`SELECT ${now(store)} AS moment`.execute(store);
  return Number(rows[0]?.moment) - (asked + Date.now()) / 2;
}
