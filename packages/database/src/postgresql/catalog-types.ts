import { firstOfUsers, numberingOf } from './catalog-columns.js';

/**
 * Types that columns are made of: of arrays, domains, composites and ranges what is in them, too.
 * Those of the server itself are made of none but its own.
 */
const used = `
  WITH RECURSIVE used AS (
    SELECT a.attrelid, a.atttypid AS oid, 0 AS depth FROM pg_attribute a
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT u.attrelid, x.next, u.depth + 1
    FROM used u JOIN pg_type t ON t.oid = u.oid,
         LATERAL (
           SELECT t.typbasetype AS next UNION SELECT t.typelem
           UNION SELECT f.atttypid FROM pg_class c JOIN pg_attribute f ON f.attrelid = c.oid
                 WHERE c.oid = t.typrelid AND c.relkind = 'c' AND f.attnum > 0 AND NOT f.attisdropped
           UNION SELECT g.rngsubtype FROM pg_range g WHERE g.rngtypid = t.oid
           UNION SELECT g.rngtypid FROM pg_range g WHERE (to_jsonb(g) ->> 'rngmultitypid')::oid = t.oid
         ) x
    WHERE u.oid >= ${firstOfUsers} AND x.next <> 0 AND u.depth < 20),
  needed AS (
    SELECT u.attrelid, max(u.depth) AS depth, t.*, n.nspname,
           (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') AS extname
    FROM used u JOIN pg_type t ON t.oid = u.oid
    JOIN pg_namespace n ON n.oid = t.typnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    GROUP BY u.attrelid, t.oid, n.nspname)`;

const enumOf = `format('CREATE TYPE %I.%I AS ENUM (%s)', t.nspname, t.typname,
  (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
   FROM pg_enum e WHERE e.enumtypid = t.oid))`;

const domainOf = `format('CREATE DOMAIN %I.%I AS %s%s%s%s%s', t.nspname, t.typname,
  format_type(t.typbasetype, t.typtypmod),
  (SELECT format(' COLLATE %I.%I', cn.nspname, c.collname)
   FROM pg_type b, pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace
   WHERE b.oid = t.typbasetype AND c.oid = t.typcollation AND c.oid <> b.typcollation),
  CASE WHEN t.typdefault IS NULL THEN '' ELSE ' DEFAULT ' || t.typdefault END,
  CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
  (SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)), '' ORDER BY c.conname)
   FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'))`;

const compositeOf = `format('CREATE TYPE %I.%I AS (%s)', t.nspname, t.typname,
  (SELECT string_agg(format('%I %s', f.attname, format_type(f.atttypid, f.atttypmod)), ', ' ORDER BY f.attnum)
   FROM pg_attribute f WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped))`;

const rangeOf = `(SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s%s%s)', t.nspname, t.typname,
  format_type(g.rngsubtype, NULL),
  (SELECT ', SUBTYPE_DIFF = ' || g.rngsubdiff::text WHERE g.rngsubdiff <> 0),
  (SELECT format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname)
   FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace
   WHERE m.oid = (to_jsonb(g) ->> 'rngmultitypid')::oid))
  FROM pg_range g WHERE g.rngtypid = t.oid)`;

/** Statements that make the types, the innermost first; types know no IF NOT EXISTS. */
export const typesSql = `${used}
  SELECT t.attrelid::text,
         CASE WHEN t.extname IS NOT NULL
              THEN format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', t.extname, t.nspname)
              ELSE format('DO %L', format('BEGIN %s; EXCEPTION WHEN duplicate_object THEN NULL; END',
                CASE t.typtype WHEN 'e' THEN ${enumOf} WHEN 'd' THEN ${domainOf}
                               WHEN 'c' THEN ${compositeOf} ELSE ${rangeOf} END)) END,
         t.nspname
  FROM needed t
  WHERE t.extname IS NOT NULL
     OR t.typtype IN ('e', 'd', 'r')
     OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
  ORDER BY t.attrelid, t.depth DESC, t.oid`;

/** The types of users that tables are made of, each with a statement that tells all of it. */
export const definitionsSql = `${used}
  SELECT DISTINCT t.oid::text, format('%I.%I', t.nspname, t.typname),
         CASE t.typtype WHEN 'e' THEN ${enumOf} WHEN 'd' THEN ${domainOf}
                        WHEN 'c' THEN ${compositeOf} ELSE ${rangeOf} END
  FROM needed t WHERE t.extname IS NULL AND t.typtype IN ('e', 'd', 'c', 'r') ORDER BY 1`;

/** Collations that columns, and the domains that they are of, are compared by. */
export const collationsSql = `${used}
  SELECT DISTINCT u.attrelid::text,
         format('CREATE COLLATION IF NOT EXISTS %I.%I (PROVIDER = %s, %s, DETERMINISTIC = %s%s)',
           n.nspname, c.collname,
           CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
           CASE WHEN c.collprovider = 'c'
                THEN format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
                ELSE format('LOCALE = %L', COALESCE(x.j ->> 'colllocale', x.j ->> 'colliculocale', c.collcollate)) END,
           c.collisdeterministic::text,
           (SELECT format(', RULES = %L', x.j ->> 'collicurules') WHERE x.j ->> 'collicurules' IS NOT NULL)),
         n.nspname
  FROM (SELECT attrelid, attcollation AS oid FROM pg_attribute WHERE attrelid = ANY ($1::oid[])
        UNION SELECT u.attrelid, t.typcollation FROM used u JOIN pg_type t ON t.oid = u.oid) u
  JOIN pg_collation c ON c.oid = u.oid
  JOIN pg_namespace n ON n.oid = c.collnamespace AND n.nspname <> 'pg_catalog',
  LATERAL (SELECT to_jsonb(c) AS j) x
  ORDER BY 1, 2`;

/**
 * Sequences, with the column that owns each, and the tables that cannot be made without it: those
 * with a default that draws from it, and its owner. What numbers an identity is made with it.
 */
export const sequencesSql = `
  SELECT n.nspname, r.relname,
         CASE WHEN own.oid IS NOT NULL THEN
           json_build_object('table', json_build_object('schema', own.nspname, 'name', own.relname),
                             'column', own.attname) END,
         format('AS %s ', format_type(q.seqtypid, NULL)) || ${numberingOf('')},
         (SELECT json_agg(json_build_object('oid', needs.oid::text, 'owner',
                   CASE WHEN needs.oid = own.oid THEN format('%I.%I.%I', own.nspname, own.relname, own.attname) END))
          FROM (SELECT d.adrelid AS oid FROM pg_depend p JOIN pg_attrdef d ON d.oid = p.objid
                WHERE p.classid = 'pg_attrdef'::regclass AND p.refclassid = 'pg_class'::regclass
                  AND p.refobjid = r.oid
                UNION SELECT own.oid) needs
          WHERE needs.oid IS NOT NULL AND own.deptype IS DISTINCT FROM 'i'),
         format('%I.%I', n.nspname, r.relname)
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN pg_sequence q ON q.seqrelid = r.oid
  LEFT JOIN LATERAL (
    SELECT t.oid, (parse_ident(t.relnamespace::regnamespace::text))[1] AS nspname, t.relname,
           (SELECT a.attname FROM pg_attribute a
            WHERE a.attrelid = t.oid AND a.attnum = o.refobjsubid) AS attname, o.deptype
    FROM pg_depend o JOIN pg_class t ON t.oid = o.refobjid
    WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
      AND o.objid = r.oid AND o.deptype IN ('a', 'i')) own ON true`;
