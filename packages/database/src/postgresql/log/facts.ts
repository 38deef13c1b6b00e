import type { Session } from '../../driver.js';
import { literal } from '../quote.js';

/** What was true of the tables when the log was made, in all that a new look at them is held to. */
export const factsTable =
  'CREATE TABLE hfit.kept (fresh boolean, key text, label text, fact text, written text)';

const named = (schema: string, name: string) => `format('%s.%s', ${schema}, ${name})`;

/**
 * What the log depends on and the model of a schema does not tell: which table has a name, which
 * column has a place, who else acts on what a rewind writes. By oids, as names can change hands.
 */
export function factsFunction(sequences: readonly string[], types: readonly string[]): string {
  const oids = (list: readonly string[]) => `'{${list.join(',')}}'::oid[]`;
  return `
CREATE FUNCTION hfit.facts() RETURNS TABLE (key text, label text, fact text, written text)
LANGUAGE sql SET search_path = '' AS ${literal(`
  WITH t AS (
    SELECT c.*, ${named('n.nspname', 'c.relname')} AS name
    FROM hfit.relations r JOIN pg_class c ON c.oid = r.oid JOIN pg_namespace n ON n.oid = c.relnamespace)
  SELECT '1 ' || t.oid, 'table ' || t.name, t.name || ' ' || t.relkind::text, NULL FROM t
  UNION ALL
  SELECT format('2 %s %s', t.oid, a.attnum), format('column %s of table %s', a.attname, t.name),
         concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull,
           quote_literal(a.attgenerated::text), quote_literal(a.attidentity::text),
           (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
            WHERE a.attgenerated <> '' AND d.adrelid = a.attrelid AND d.adnum = a.attnum)),
         a.xmin || ' ' || t.relfilenode
  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT format('3 %s %s', i.inhparent, i.inhrelid),
         format('partition or heir %s of table %s', ${named('n.nspname', 'c.relname')}, t.name),
         coalesce(pg_get_expr(c.relpartbound, c.oid), ''), NULL
  FROM t JOIN pg_inherits i ON i.inhparent = t.oid JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT format('4 %s %s', t.oid, c.relname), format('index %s of table %s', c.relname, t.name), pg_get_indexdef(c.oid), NULL
  FROM t JOIN pg_index i ON i.indrelid = t.oid AND (i.indisunique OR i.indisexclusion) JOIN pg_class c ON c.oid = i.indexrelid
  UNION ALL
  SELECT format('5 %s %s', t.oid, c.conname), format('constraint %s of table %s', c.conname, t.name), pg_get_constraintdef(c.oid), NULL
  FROM t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('c', 'f', 'x') AND c.conparentid = 0
  UNION ALL
  SELECT '55 ' || c.oid, format('constraint %s of table %s, which points to table %s,', c.conname, ${named('n.nspname', 'o.relname')}, t.name), pg_get_constraintdef(c.oid), NULL
  FROM t JOIN pg_constraint c ON c.confrelid = t.oid AND c.contype = 'f' AND c.conparentid = 0
  JOIN pg_class o ON o.oid = c.conrelid AND NOT EXISTS (SELECT FROM hfit.relations r WHERE r.oid = o.oid)
  JOIN pg_namespace n ON n.oid = o.relnamespace
  UNION ALL
  SELECT format('6 %s %s', t.oid, g.tgname), format('trigger %s of table %s, which fires for everybody,', g.tgname, t.name), g.tgenabled::text, NULL
  FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled IN ('A', 'R')
  JOIN pg_proc p ON p.oid = g.tgfoid AND p.pronamespace <> 'hfit'::regnamespace
  UNION ALL
  SELECT format('7 %s %s', t.oid, w.rulename), format('rule %s of table %s, which holds for everybody,', w.rulename, t.name), w.ev_enabled::text, NULL
  FROM t JOIN pg_rewrite w ON w.ev_class = t.oid AND w.ev_type <> '1' AND w.ev_enabled IN ('A', 'R')
  UNION ALL
  SELECT '8 ' || c.oid, 'sequence ' || ${named('n.nspname', 'c.relname')},
         concat_ws(' ', ${named('n.nspname', 'c.relname')}, q.seqtypid, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle), NULL
  FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = ANY (${oids(sequences)})
  UNION ALL
  SELECT '9 ' || y.oid, 'type ' || ${named('n.nspname', 'y.typname')}, string_agg(a.attnum || quote_ident(a.attname), ' ' ORDER BY a.attnum), NULL
  FROM pg_type y JOIN pg_namespace n ON n.oid = y.typnamespace
  JOIN pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE y.oid = ANY (${oids(types)}) GROUP BY y.oid, n.nspname, y.typname
`)}`;
}

/** Called where a rewind itself has made constraints anew, which leaves all as it was. */
export const keep = `
CREATE FUNCTION hfit.keep() RETURNS void LANGUAGE plpgsql AS ${literal(`
BEGIN
  UPDATE hfit.installed i SET shape = s.shape FROM hfit.shape() s WHERE i.shape <> s.shape;
  IF FOUND THEN
    DELETE FROM hfit.kept;
    INSERT INTO hfit.kept SELECT false, f.* FROM hfit.facts() f;
  END IF;
END`)}`;

/**
 * Looks again, and tells what is not as it was, in words; null where nothing matters, and from then
 * on what it saw counts. Values of a column were rewritten only where both its row in the catalog
 * and the file of its table are others: a TRUNCATE changes but the file, a GRANT but the row.
 */
export async function factChange(session: Session): Promise<string | null> {
  await session.run('INSERT INTO hfit.kept SELECT true, f.* FROM hfit.facts() f');
  const [change] = await session.query(`
    SELECT coalesce(b.label, n.label) || CASE WHEN n.key IS NULL THEN ' is gone' WHEN b.key IS NULL THEN ' is new' ELSE ' was changed' END
    FROM (SELECT * FROM hfit.kept WHERE NOT fresh) b FULL JOIN (SELECT * FROM hfit.kept WHERE fresh) n USING (key)
    WHERE b.key IS NULL OR n.key IS NULL OR b.fact <> n.fact
       OR split_part(b.written, ' ', 1) <> split_part(n.written, ' ', 1) AND split_part(b.written, ' ', 2) <> split_part(n.written, ' ', 2)
    ORDER BY key LIMIT 1`);
  if (change) return change[0] as string;
  await session.run('DELETE FROM hfit.kept WHERE NOT fresh; UPDATE hfit.kept SET fresh = false');
  return null;
}
