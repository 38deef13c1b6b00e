import type { Sequence } from '../../model.js';
import { arrayLiteral } from '../array.js';
import { literal, quoteTable } from '../quote.js';
import type { Logged } from './tables.js';
import type { LoggedType } from './types.js';

/** What a log is made for. */
export interface Made {
  readonly tables: readonly Logged[];
  readonly types: readonly LoggedType[];
  readonly sequences: readonly Sequence[];
  readonly sequenceOids: readonly string[];
  /** The transaction that made the triggers. */
  readonly guard: string;
  /** Whether the tables are all of the database, so that a new one anywhere matters. */
  readonly whole: boolean;
  /** The condition under which the shape may be another one. */
  readonly unsure: string;
  /** Whether the server has a function that tells where a sequence stands. */
  readonly hasReader: boolean;
}

const oidsOf = (oids: readonly string[]) => `'{${oids.join(',')}}'::oid[]`;

/** Of a hash of 64 bits for each row. */
const sum = (hash: string) => `coalesce(sum((${hash} >> 32)::int), 0)`;

/**
 * A number that changes with what can break a rewind: schemas, their relations, columns (by the
 * transaction that wrote them in the catalog, as a column may be rewritten and look the same),
 * constraints, triggers, rules, sequences, types that columns are made of. No part of it changes by
 * TRUNCATE, ANALYZE, VACUUM or GRANT on a table. Where it changes, `facts` are asked whether it matters.
 * Triggers of the log that were touched since they were made are told.
 */
export function shape({ tables, types, sequences, sequenceOids, guard, whole }: Made): string {
  const relations = tables.flatMap((it) => it.relations);
  const oids = oidsOf(relations.map(({ oid }) => oid));
  const schemas = [...new Set(relations.map(({ schema }) => schema))];
  const named = arrayLiteral([...new Set(sequences.map(({ schema }) => schema))]);
  const ours = `n.oid = ANY (${oidsOf(schemas)}) OR n.nspname = ANY (${literal(named)}::name[])`;
  const watched = whole
    ? `d.refobjid NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_' OR n.nspname IN ('information_schema', 'hfit'))`
    : `d.refobjid = ANY (ARRAY(SELECT n.oid FROM pg_namespace n WHERE ${ours}))`;
  const typeOids = oidsOf(types.map(({ oid }) => oid));
  const triggers = relations.reduce((sum, { byRow }) => sum + (byRow ? 2 : 4), 0);
  return `
CREATE FUNCTION hfit.shape(OUT shape bigint, OUT guarded boolean) LANGUAGE plpgsql AS ${literal(`
DECLARE
  part bigint;
BEGIN
  SELECT coalesce(sum(hashoid(d.objid)), 0) INTO shape FROM pg_depend d
  WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass
    AND ${watched};
  SELECT ${sum(`hashnameextended(c.relname, hashoidextended(c.oid, hashoidextended(c.relnamespace,
             hashcharextended(c.relkind, hashcharextended(c.relpersistence,
               CASE WHEN c.relrowsecurity THEN 1 ELSE 0 END + CASE WHEN c.relforcerowsecurity THEN 2 ELSE 0 END
               + CASE WHEN c.relhasrules THEN (SELECT ${sum('hashoidextended(r.oid, ascii(r.ev_enabled::text))')}
                                               FROM pg_rewrite r WHERE r.ev_class = c.oid) ELSE 0 END)))))`)}
    INTO part FROM pg_class c WHERE c.oid = ANY (${oids});
  shape := shape + part;
  SELECT ${sum('hashnameextended(n.nspname, hashoidextended(n.oid, 0))')}
    INTO part FROM pg_namespace n WHERE ${ours};
  shape := shape + part;
  SELECT ${sum('hashtextextended(a.xmin::text, hashoidextended(a.attrelid, a.attnum))')}
    INTO part FROM pg_attribute a WHERE a.attrelid = ANY (${oids}) AND a.attnum > 0 AND NOT a.attisdropped;
  shape := shape + part;
  SELECT ${sum('hashtextextended(c.xmin::text, hashoidextended(c.oid, 0))')}
    INTO part FROM pg_constraint c WHERE c.conrelid = ANY (${oids});
  shape := shape + part;
  SELECT ${sum('hashoidextended(i.indexrelid, 0)')}
    INTO part FROM pg_index i WHERE i.indrelid = ANY (${oids}) AND (i.indisunique OR i.indisexclusion);
  shape := shape + part;
  SELECT ${sum('hashoidextended(i.inhrelid, hashoidextended(i.inhparent, 0))')}
    INTO part FROM pg_inherits i WHERE i.inhparent = ANY (${oids});
  shape := shape + part;
  SELECT coalesce(sum(hashoid(t.oid) # hashchar(CASE WHEN t.tgisinternal THEN 'O' ELSE t.tgenabled END)), 0),
         count(*) FILTER (WHERE t.xmin = '${guard}'::xid AND t.tgenabled = 'A') = ${triggers}
    INTO part, guarded FROM pg_trigger t WHERE t.tgrelid = ANY (${oids});
  shape := shape + part;${sequences.length === 0 ? '' : sequencesIn(oidsOf(sequenceOids))}${types.length === 0 ? '' : typesIn(typeOids)}
END`)}`;
}

/** How they count; ALTER SEQUENCE writes the row of the catalog even where it only restarts. */
function sequencesIn(oids: string): string {
  const facts = ['seqtypid', 'seqstart', 'seqincrement', 'seqmax', 'seqmin', 'seqcache'];
  const hash = facts.reduce(
    (seed, it) => `hashint8extended(q.${it}::bigint, ${seed})`,
    `hashnameextended(c.relname, hashoidextended(c.relnamespace, hashoidextended(c.oid, CASE WHEN q.seqcycle THEN 1 ELSE 0 END)))`,
  );
  return `
  SELECT ${sum(hash)} INTO part FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid WHERE c.oid = ANY (${oids});
  shape := shape + part;`;
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

/**
 * Where all sequences stand, in the order in which the log knows them.
 * @param hasReader the server tells it by a function, which costs half of what a query of each does
 */
export function states({ sequences, sequenceOids, hasReader }: Made): string {
  const each = sequences.map(
    (it, i) => `SELECT ${i} AS i, last_value, is_called FROM ${quoteTable(it)}`,
  );
  const from =
    each.length === 0
      ? 'SELECT 0 AS i, 0::bigint AS last_value, true AS is_called WHERE false'
      : each.join(' UNION ALL ');
  // It gives NULL where the role may not read a sequence, and a query gives the error.
  const read = `
  SELECT coalesce(array_agg((x.state).last_value), '{}'), coalesce(array_agg((x.state).is_called), '{}') INTO lasts, called
  FROM (SELECT pg_get_sequence_data(s.oid) AS state FROM unnest(${oidsOf(sequenceOids)}) s(oid) OFFSET 0) x;
  IF array_position(called, NULL) IS NULL THEN RETURN; END IF;`;
  return `
CREATE FUNCTION hfit.sequences(OUT lasts bigint[], OUT called boolean[]) LANGUAGE plpgsql AS ${literal(`
BEGIN${hasReader ? read : ''}
  SELECT coalesce(array_agg(x.last_value ORDER BY x.i), '{}'), coalesce(array_agg(x.is_called ORDER BY x.i), '{}')
    INTO lasts, called FROM (${from}) x;
END`)}`;
}
