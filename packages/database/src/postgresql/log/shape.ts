import type { Sequence } from '../../model.js';
import { literal, quoteTable } from '../quote.js';
import type { Logged } from './tables.js';
import type { LoggedType } from './types.js';

/** What a log is made for. */
export interface Made {
  readonly tables: readonly Logged[];
  readonly types: readonly LoggedType[];
  readonly sequences: readonly Sequence[];
  /** The transaction that made the triggers. */
  readonly guard: string;
  /** Whether the tables are all of the database, so that a new one anywhere matters. */
  readonly whole: boolean;
}

/**
 * A number that changes with what can break a rewind: relations of the schemas, columns, checks,
 * foreign keys (by the triggers that they have), triggers, types that columns are made of. No part of it changes by TRUNCATE,
 * ANALYZE, VACUUM or GRANT. Triggers of the log that were touched since they were made are told.
 */
export function shape({ tables, types, guard, whole }: Made): string {
  const relations = tables.flatMap((it) => it.relations);
  const oids = `'{${relations.map(({ oid }) => oid).join(',')}}'::oid[]`;
  const schemas = [...new Set(relations.map(({ schema }) => schema))];
  const watched = whole
    ? `d.refobjid NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_' OR n.nspname IN ('information_schema', 'hfit'))`
    : `d.refobjid = ANY ('{${schemas.join(',')}}'::oid[])`;
  const roots = tables
    .filter((it) => it.partitioned)
    .flatMap((it) => it.relations.map((r) => r.oid));
  const typeOids = `'{${types.map(({ oid }) => oid).join(',')}}'::oid[]`;
  const triggers = relations.reduce((sum, { byRow }) => sum + (byRow ? 2 : 4), 0);
  return `
CREATE FUNCTION hfit.shape(OUT shape bigint, OUT guarded boolean) LANGUAGE plpgsql AS ${literal(`
DECLARE
  part bigint;
BEGIN
  SELECT coalesce(sum(hashoid(d.objid)), 0) INTO shape FROM pg_depend d
  WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass
    AND ${watched};
  SELECT coalesce(sum(hashname(c.relname) # hashoid(c.oid) # hashint2(c.relnatts) # hashint2(c.relchecks)
           # hashchar(c.relkind) # hashchar(c.relpersistence)
           # CASE WHEN c.relispartition THEN 1 ELSE 0 END
           # CASE WHEN c.relrowsecurity THEN 2 ELSE 0 END
           # CASE WHEN c.relforcerowsecurity THEN 4 ELSE 0 END), 0)
    INTO part FROM pg_class c WHERE c.oid = ANY (${oids});
  shape := shape + part;
  SELECT coalesce(sum(hashname(a.attname) # hashoid(a.atttypid) # a.atttypmod # hashint2(a.attnum)
           # hashchar(a.attgenerated) # hashchar(a.attidentity)
           # CASE WHEN a.attnotnull THEN 1 ELSE 0 END), 0)
    INTO part FROM pg_attribute a WHERE a.attrelid = ANY (${oids}) AND a.attnum > 0 AND NOT a.attisdropped;
  shape := shape + part;
  SELECT coalesce(sum(hashoid(t.oid) # hashchar(CASE WHEN t.tgisinternal THEN 'O' ELSE t.tgenabled END)), 0),
         count(*) FILTER (WHERE t.xmin = '${guard}'::xid AND t.tgenabled = 'A') = ${triggers}
    INTO part, guarded FROM pg_trigger t WHERE t.tgrelid = ANY (${oids});
  shape := shape + part;${
    roots.length === 0
      ? ''
      : `
  SELECT coalesce(sum(hashoid(i.inhrelid)), 0) INTO part FROM pg_inherits i
  WHERE i.inhparent = ANY ('{${roots.join(',')}}'::oid[]);
  shape := shape + part;`
  }${types.length === 0 ? '' : typesIn(typeOids)}
END`)}`;
}

/** Labels of enumerations, attributes of composites, conditions of domains. */
function typesIn(oids: string): string {
  const parts = [
    `SELECT coalesce(sum(hashoid(t.oid) # hashname(t.typname) # CASE WHEN t.typnotnull THEN 1 ELSE 0 END), 0)
       INTO part FROM pg_type t WHERE t.oid = ANY (${oids})`,
    `SELECT coalesce(sum(hashoid(e.enumtypid) # hashname(e.enumlabel) # hashfloat4(e.enumsortorder)), 0)
       INTO part FROM pg_enum e WHERE e.enumtypid = ANY (${oids})`,
    `SELECT coalesce(sum(hashname(a.attname) # hashoid(a.atttypid) # a.atttypmod # hashint2(a.attnum)), 0)
       INTO part FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE t.oid = ANY (${oids})`,
    `SELECT coalesce(sum(hashoid(c.oid) # hashname(c.conname) # CASE WHEN c.convalidated THEN 1 ELSE 0 END), 0)
       INTO part FROM pg_constraint c WHERE c.contypid = ANY (${oids})`,
  ];
  return parts.map((it) => `\n  ${it};\n  shape := shape + part;`).join('');
}

/** Where all sequences stand, in the order in which the log knows them. */
export function states(sequences: readonly Sequence[]): string {
  const each = sequences.map(
    (it, i) => `SELECT ${i} AS i, last_value, is_called FROM ${quoteTable(it)}`,
  );
  const from =
    each.length === 0
      ? 'SELECT 0 AS i, 0::bigint AS last_value, true AS is_called WHERE false'
      : each.join(' UNION ALL ');
  return `
CREATE FUNCTION hfit.sequences(OUT lasts bigint[], OUT called boolean[]) LANGUAGE plpgsql AS ${literal(`
BEGIN
  SELECT coalesce(array_agg(x.last_value ORDER BY x.i), '{}'), coalesce(array_agg(x.is_called ORDER BY x.i), '{}')
    INTO lasts, called FROM (${from}) x;
END`)}`;
}
