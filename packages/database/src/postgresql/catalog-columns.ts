/** The server gives its own objects lower numbers than those of users (FirstNormalObjectId). */
export const firstOfUsers = 16384;

/** The options of a sequence `q`, as CREATE SEQUENCE and identity take them. */
export const numberingOf = (type: string) =>
  `format('${type}START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s',
     q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
     CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)`;

/** The type of a column, or the one that its domain stands on: `b`. Without domains it is planned in half the time. */
const baseOf = (hasDomains: boolean) =>
  hasDomains
    ? `LATERAL (WITH RECURSIVE base AS (
         SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype, a.atttypmod AS typmod
         FROM pg_type t WHERE t.oid = a.atttypid
         UNION ALL
         SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype,
                CASE WHEN base.typmod = -1 THEN d.typtypmod ELSE base.typmod END
         FROM base JOIN pg_type d ON d.oid = base.oid JOIN pg_type t ON t.oid = base.typbasetype)
       SELECT * FROM base WHERE typtype <> 'd')`
    : 'LATERAL (SELECT own.*, a.atttypmod AS typmod)';

/** What the domains of a column ask for: in a check of theirs, VALUE stands for the value. */
const domainOf = `
  (WITH RECURSIVE chain AS (
     SELECT t.oid, t.typbasetype, t.typtype, t.typnotnull FROM pg_type t WHERE t.oid = a.atttypid
     UNION ALL
     SELECT t.oid, t.typbasetype, t.typtype, t.typnotnull
     FROM chain JOIN pg_type t ON t.oid = chain.typbasetype)
   SELECT json_build_object('required', bool_or(d.typnotnull), 'checks', coalesce(
            (SELECT json_agg(pg_get_expr(c.conbin, 0) ORDER BY c.conname) FROM pg_constraint c
             WHERE c.contype = 'c' AND c.contypid IN (SELECT oid FROM chain)), '[]'))
   FROM chain d WHERE d.typtype = 'd' HAVING count(*) > 0)`;

/**
 * The columns of tables, by their numbers, and what an answer has to be asked again for: whether
 * one is of a domain, and whether one is of a type or a collation of users.
 */
export const columnsSql = (hasDomains: boolean) => `
  SELECT a.attrelid::text, a.attname, format_type(a.atttypid, a.atttypmod),
         b.typname, b.typtype, b.typcategory, a.attnotnull,
         CASE WHEN a.atthasdef THEN
           (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
         a.attgenerated, a.attidentity,
         CASE WHEN b.typname IN ('varchar', 'bpchar') AND b.typmod > 4 THEN b.typmod - 4 END,
         CASE WHEN b.typtype = 'e' THEN
           (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
            WHERE e.enumtypid = b.oid) END,
         CASE WHEN a.attcollation <> own.typcollation THEN
           (SELECT format('%s.%I', c.collnamespace::regnamespace, c.collname)
            FROM pg_collation c WHERE c.oid = a.attcollation) END,
         NOT a.attislocal,
         CASE WHEN a.attidentity <> '' THEN
           (SELECT format('SEQUENCE NAME %s.%I ', s.relnamespace::regnamespace, s.relname) || ${numberingOf('')}
            FROM pg_depend o JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S'
            JOIN pg_sequence q ON q.seqrelid = s.oid
            WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
              AND o.deptype = 'i' AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum) END,
         ${hasDomains ? `CASE WHEN own.typtype = 'd' THEN ${domainOf} END` : 'NULL'},
         own.typtype = 'd',
         a.atttypid >= ${firstOfUsers} OR a.attcollation >= ${firstOfUsers}
  FROM pg_attribute a JOIN pg_type own ON own.oid = a.atttypid, ${baseOf(hasDomains)} b
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;
