/** The tables asked for, none of which has partitions: what is planned in half the time. */
const single = `
  WITH member AS (
    SELECT r.oid AS root, r.oid, NULL::oid AS parent, 0 AS depth FROM unnest($1::oid[]) r(oid))`;

/** The tables asked for, each with its partitions down to the last. */
const members = `
  WITH RECURSIVE member AS (
    SELECT r.oid AS root, r.oid, NULL::oid AS parent, 0 AS depth FROM unnest($1::oid[]) r(oid)
    UNION ALL
    SELECT m.root, i.inhrelid, i.inhparent, m.depth + 1
    FROM member m JOIN pg_inherits i ON i.inhparent = m.oid
    JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition AND c.relkind IN ('r', 'p'))`;

const columnNames = (numbers: string, table: string) => `
  (SELECT json_agg(a.attname ORDER BY k.i) FROM unnest(${numbers}) WITH ORDINALITY k(n, i)
   JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.n)`;

/**
 * Constraints of tables and of their partitions. What a server may not know yet is asked through
 * JSON, where it is absent. A key to a partition counts as one to the whole table.
 */
export const constraintsSql = (isPartitioned: boolean) => `${isPartitioned ? members : single}
  SELECT m.root::text, format('%s.%I', r.relnamespace::regnamespace, r.relname), m.depth = 0, c.conislocal,
         c.conname, c.contype, pg_get_constraintdef(c.oid), pg_get_expr(c.conbin, c.conrelid),
         ${columnNames('c.conkey', 'c.conrelid')},
         CASE WHEN c.contype = 'f' THEN
           (SELECT json_build_object('schema', (parse_ident(t.relnamespace::regnamespace::text))[1], 'name', t.relname)
            FROM pg_class t WHERE t.oid = COALESCE(pg_partition_root(c.confrelid), c.confrelid)) END,
         ${columnNames('c.confkey', 'c.confrelid')},
         c.confupdtype, c.confdeltype, c.condeferrable, c.condeferred,
         CASE WHEN c.contype = 'u' THEN
           (SELECT (to_jsonb(x) ->> 'indnullsnotdistinct')::boolean FROM pg_index x
            WHERE x.indexrelid = c.conindid) END IS NOT TRUE
  FROM member m
  JOIN pg_constraint c ON c.conrelid = m.oid
  JOIN pg_class r ON r.oid = m.oid
  WHERE c.contype IN ('p', 'u', 'c', 'x', 'f') AND c.conparentid = 0
    AND (c.conislocal OR m.depth = 0)
  ORDER BY m.root, m.depth, m.oid, c.contype, c.conname`;

/** Indexes that no constraint and no index of a whole table brings along. */
export const indexesSql = (isPartitioned: boolean) => `${isPartitioned ? members : single}
  SELECT m.root::text, r.relname,
         CASE WHEN starts_with(pg_get_indexdef(r.oid), p.only)
              THEN p.plain || substr(pg_get_indexdef(r.oid), length(p.only) + 1)
              ELSE pg_get_indexdef(r.oid) END,
         m.depth = 0 AND i.indisunique AND i.indisvalid,
         CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL THEN
           (SELECT json_agg(a.attname ORDER BY k.n) FROM generate_series(1, i.indnkeyatts) k(n)
            JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum = i.indkey[k.n - 1]) END,
         (SELECT json_agg(pg_get_indexdef(r.oid, k.n, false) ORDER BY k.n)
          FROM generate_series(1, i.indnkeyatts) k(n)),
         pg_get_expr(i.indpred, i.indrelid),
         (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean IS NOT TRUE
  FROM member m
  JOIN pg_index i ON i.indrelid = m.oid
  JOIN pg_class r ON r.oid = i.indexrelid,
  LATERAL (SELECT format('CREATE %sINDEX %I ON ',
                         CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, r.relname) AS plain) f,
  LATERAL (SELECT f.plain, f.plain || 'ONLY ' AS only) p
  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = r.oid AND c.contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = r.oid)
  ORDER BY m.root, m.depth, r.relname`;

/** Partitions of partitioned tables, outermost first. */
export const partitionsSql = `${members}
  SELECT m.root::text, format('CREATE %sTABLE %I.%I PARTITION OF %I.%I %s%s',
           CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END,
           n.nspname, c.relname, pn.nspname, pc.relname, pg_get_expr(c.relpartbound, c.oid),
           CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END)
  FROM member m
  JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class pc ON pc.oid = m.parent JOIN pg_namespace pn ON pn.oid = pc.relnamespace
  ORDER BY m.root, m.depth, n.nspname, c.relname`;

/** What a partition or an heir has changed of the columns that it has from its parent. */
export const alterationsSql = `${members}
  SELECT m.root::text, format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I %s',
           n.nspname, r.relname, a.attname, change.clause)
  FROM member m
  JOIN pg_class r ON r.oid = m.oid JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT a.attislocal AND a.attgenerated = ''
  JOIN LATERAL (SELECT p.* FROM pg_inherits i JOIN pg_attribute p ON p.attrelid = i.inhparent
                WHERE i.inhrelid = m.oid AND p.attname = a.attname
                ORDER BY i.inhseqno LIMIT 1) p ON true
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_attrdef pd ON pd.adrelid = p.attrelid AND pd.adnum = p.attnum,
  LATERAL (
    SELECT COALESCE('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP DEFAULT') AS clause
    WHERE pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(pd.adbin, pd.adrelid)
    UNION ALL SELECT 'SET NOT NULL' WHERE a.attnotnull AND NOT p.attnotnull) change
  ORDER BY m.root, m.depth, n.nspname, r.relname, a.attnum`;
