import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Store } from './tables.js';

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
