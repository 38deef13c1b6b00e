import type { Session } from '../driver.js';

const servants = [
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_maintain',
  'pg_create_subscription',
];

/**
 * What a role may do that is more than reading: itself, or as any role that it is a member of. That
 * it does not inherit what such a role may is no comfort: it could become it by SET ROLE, or grant
 * itself that. Functions are not looked at: every role may call most of them, and within a
 * read-only transaction none writes.
 */
const query = `
WITH mine AS (SELECT * FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(r.oid, 'MEMBER')),
own AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
things AS (
  SELECT c.oid, c.relkind, c.relowner, c.relacl,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_catalog.pg_class c JOIN own n ON n.oid = c.relnamespace
)
SELECT what FROM (
  SELECT 1 AS place, 'it is a superuser, or a member of one' AS what FROM mine WHERE rolsuper
  UNION SELECT 2, 'it may make roles' FROM mine WHERE rolcreaterole
  UNION SELECT 2, 'it may make databases' FROM mine WHERE rolcreatedb
  UNION SELECT 2, 'it may replicate' FROM mine WHERE rolreplication
  UNION SELECT 2, 'it is a member of ' || rolname FROM mine WHERE rolname = ANY ($1)
  UNION SELECT 3, 'it may make schemas in the database' FROM mine
    WHERE pg_catalog.has_database_privilege(mine.oid, pg_catalog.current_database(), 'CREATE')
  UNION SELECT 4, pg_catalog.format('it may make things in schema %I', nspname) FROM own, mine
    WHERE pg_catalog.has_schema_privilege(mine.oid, own.oid, 'CREATE')
  UNION SELECT 5, 'it may write to ' || name FROM things, mine
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND (relowner = mine.oid
      OR pg_catalog.has_table_privilege(mine.oid, things.oid,
        'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
      OR pg_catalog.has_any_column_privilege(mine.oid, things.oid, 'INSERT, UPDATE'))
  -- A privilege that servers before 17 do not know, so they cannot be asked about it.
  UNION SELECT 5, 'it may maintain ' || name
    FROM things CROSS JOIN LATERAL pg_catalog.aclexplode(relacl) AS acl
    WHERE privilege_type = 'MAINTAIN' AND (grantee = 0 OR grantee IN (SELECT oid FROM mine))
  UNION SELECT 6, 'it may move sequence ' || name FROM things, mine
    -- Asked of a table it would fail, and a condition beside it does not keep it from that.
    WHERE CASE WHEN relkind = 'S'
      THEN pg_catalog.has_sequence_privilege(mine.oid, things.oid, 'USAGE, UPDATE') END
) all_of_them ORDER BY place, what LIMIT 6`;

export async function powers(session: Session): Promise<string[]> {
  const rows = await session.query(query, [`{${servants.join(',')}}`]);
  return rows.map(([what]) => String(what));
}
