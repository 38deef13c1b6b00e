import type { Session } from '../../driver.js';

const relations =
  '^(installed|kept|definitions|log|log_at|relations|checkpoints|place|truncations|net)$';
const routines =
  '^(shape|facts|keep|sequences|truncated|settle|enter|ease|unchecked|checkpoint|rewind|note_definition|note_[0-9]+)$';
const types = '^row_[0-9]+$';
/** Made by tables of our own that are no log. */
const copies = '^(copies|copy_[0-9]+_[0-9]+)$';

/** What the schema `hfit` holds, with what drops it, and whose it is by its name. */
const contents = `
  SELECT pg_describe_object(d.classid, d.objid, 0),
         CASE WHEN r.relkind = 'S' THEN format('SEQUENCE IF EXISTS hfit.%I', r.relname)
              WHEN r.oid IS NOT NULL THEN format('TABLE IF EXISTS hfit.%I', r.relname)
              WHEN p.oid IS NOT NULL THEN 'FUNCTION IF EXISTS ' || p.oid::regprocedure
              ELSE format('TYPE IF EXISTS hfit.%I', t.typname) END,
         CASE WHEN r.relkind IN ('r', 'S') AND r.relname ~ '${relations}' OR p.proname ~ '${routines}'
                OR t.typname ~ '${types}' OR c.relkind = 'c' AND c.relname ~ '${types}' THEN 'log'
              WHEN r.relkind = 'r' AND r.relname ~ '${copies}' THEN 'copies' ELSE 'other' END
  FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid AND n.nspname = 'hfit'
  LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
  LEFT JOIN pg_class r ON r.oid = c.oid AND r.relkind <> 'c'
  LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
  LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
  WHERE d.refclassid = 'pg_namespace'::regclass
  ORDER BY p.oid IS NULL, r.relkind = 'S', d.objid`;

/** By its columns a table of ours is told from that of somebody who likes the same name. */
const made = (table: string, columns: string) => `
  SELECT FROM (SELECT array_agg(a.attname ORDER BY a.attnum) AS names
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
               WHERE n.nspname = 'hfit' AND c.relname = '${table}') x
  WHERE x.names[:${columns.split(',').length}] = '{${columns}}'`;

const madeLog = made('installed', 'version,shape,schema,whole');
const madeCopies = made('copies', 'position,part,content');

/** Whether there is a log, of whatever version. */
export async function hasLog(session: Session): Promise<boolean> {
  return (await session.query(madeLog)).length > 0;
}

/** Something in the schema `hfit` that we have not made, in words; null where there is none. */
export async function stranger(session: Session): Promise<string | null> {
  const found = await session.query(contents);
  const other = found.find(([, , of]) => of === 'other');
  if (other || found.length === 0) return (other?.[0] as string | undefined) ?? null;
  const ours = await session.query(`${madeLog} UNION ALL ${madeCopies}`);
  return ours.length > 0 ? null : (found[0]?.[0] as string);
}

/** Drops what a log is made of, and the schema where nothing else is in it. */
export async function dropLog(session: Session): Promise<void> {
  const found = await session.query(contents);
  for (const [, what, of] of found) {
    if (of === 'log') await session.run(`DROP ${what} CASCADE`);
  }
  if (found.every(([, , of]) => of === 'log')) await session.run('DROP SCHEMA IF EXISTS hfit');
}
