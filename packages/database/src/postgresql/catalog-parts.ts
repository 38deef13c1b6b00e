/** What the types of columns are made of: `[type, typname, typtype, typcategory]` of each, by column. */
export const partsSql = `
  WITH RECURSIVE part AS (
    SELECT a.attrelid, a.attname, a.atttypid AS own, a.atttypid AS oid FROM pg_attribute a
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT p.attrelid, p.attname, p.own, x.next
    FROM part p JOIN pg_type t ON t.oid = p.oid,
         LATERAL (
           SELECT t.typbasetype AS next WHERE t.typtype = 'd'
           UNION SELECT t.typelem WHERE t.typcategory = 'A'
           UNION SELECT f.atttypid FROM pg_attribute f
                 WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
           UNION SELECT g.rngsubtype FROM pg_range g WHERE g.rngtypid = t.oid
           UNION SELECT g.rngtypid FROM pg_range g WHERE (to_jsonb(g) ->> 'rngmultitypid')::oid = t.oid
         ) x
    WHERE x.next <> 0 AND (t.typcategory = 'A' OR t.typtype NOT IN ('b', 'e')))
  SELECT p.attrelid::text, p.attname, json_agg(
           json_build_array(format_type(t.oid, NULL), t.typname, t.typtype, t.typcategory)
           ORDER BY format_type(t.oid, NULL) COLLATE "C")
  FROM part p JOIN pg_type t ON t.oid = p.oid WHERE p.oid <> p.own
  GROUP BY p.attrelid, p.attname`;
