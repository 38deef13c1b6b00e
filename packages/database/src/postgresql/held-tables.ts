import type { Dialect } from '../dialect.js';

/** One mode alone keeps readers out, also where somebody still waits for it: others wait behind. */
export const heldTables: NonNullable<Dialect['heldTables']> = async (session) => {
  const rows = await session.query(`
    SELECT DISTINCT n.nspname, r.relname
    FROM pg_locks l JOIN pg_class r ON r.oid = l.relation JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE l.mode = 'AccessExclusiveLock' AND r.relkind IN ('r', 'p')
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.pid <> pg_backend_pid() AND n.nspname !~ '^pg_'
    ORDER BY 1, 2`);
  return rows.map(([schema, name]) => ({ schema: String(schema), name: String(name) }));
};
