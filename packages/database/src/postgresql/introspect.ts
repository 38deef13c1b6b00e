import type { Session } from '../driver.js';
import type { Column, ForeignKey, Key, Row, Schema, Table } from '../model.js';
import { type Constraint, definitionOf, type Parts } from './create.js';
import { kindOf } from './kinds.js';

const system = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;

/** Tables that hold rows of their own: no views, nothing of an extension, no temporary ones. */
const relations = `
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
  WHERE r.relkind IN ('r', 'p') AND r.relpersistence <> 't' AND NOT r.relispartition AND ${system}
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e')`;

export async function schemas(session: Session): Promise<string[]> {
  const rows = await session.query(`SELECT DISTINCT n.nspname ${relations} ORDER BY 1`);
  return rows.map(([name]) => name as string);
}

/** Reads tables, columns and constraints from the catalog, with what is needed to make them anew. */
export async function introspect(session: Session, only?: readonly string[]): Promise<Schema> {
  const chosen = only ? `AND n.nspname = ANY ($1::text[])` : '';
  const parameters = only ? [`{${only.map(arrayElement).join(',')}}`] : [];
  const [about] = await session.query(`SELECT current_database()`);
  const tables = await session.query(
    `SELECT r.oid::text, n.nspname, r.relname, r.relkind, r.relpersistence,
            CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END
     ${relations} ${chosen} ORDER BY n.nspname, r.relname`,
    parameters,
  );
  const oids = `{${tables.map(([oid]) => oid).join(',')}}`;
  const grouped = async (sql: string) => groupByFirst(await session.query(sql, [oids]));
  const columns = await grouped(columnsSql);
  const constraints = await grouped(constraintsSql);
  const indexes = await grouped(indexesSql);
  const types = await grouped(typesSql);
  const sequences = await grouped(sequencesSql);
  const partitions = await grouped(partitionsSql);

  return {
    dialect: 'postgresql',
    database: about?.[0] as string,
    defaultSchema: 'public',
    sequences: [],
    tables: tables.map(([oid, schema, name, , persistence, partitionedBy]) => {
      const of = (map: Map<string, Row[]>) => map.get(oid as string) ?? [];
      const parts: Parts = {
        schema: schema as string,
        name: name as string,
        unlogged: persistence === 'u',
        partitionedBy: partitionedBy as string | null,
        columns: of(columns).map(columnOf),
        constraints: of(constraints).map(constraintOf),
        indexes: of(indexes).map(([, definition]) => definition as string),
        types: of(types).map(([, definition]) => definition as string),
        sequences: of(sequences).map(([, qualified, definition, owner]) => ({
          name: qualified as string,
          definition: definition as string,
          ownedBy: owner as string | null,
        })),
        partitions: of(partitions).map(([, definition]) => definition as string),
      };
      return tableOf(parts);
    }),
  };
}

const unknownActions = {
  onUpdate: 'no action',
  onDelete: 'no action',
  deferrable: 'never',
} as const;

function tableOf(parts: Parts): Table {
  const keys = (type: string): Key[] =>
    parts.constraints
      .filter((it) => it.type === type)
      .map(({ name, columns }) => ({ name, columns }));
  return {
    schema: parts.schema,
    name: parts.name,
    columns: parts.columns,
    primaryKey: keys('p')[0] ?? null,
    uniques: keys('u').map((key) => ({ ...key, nullsDistinct: true })),
    uniqueIndexes: [],
    checks: [],
    foreignKeys: parts.constraints.flatMap(({ name, columns, target }): ForeignKey[] =>
      target
        ? [
            {
              name,
              columns,
              target: target.table,
              targetColumns: target.columns,
              ...unknownActions,
            },
          ]
        : [],
    ),
    definition: definitionOf(parts),
  };
}

function columnOf(row: Row): Column {
  const [, name, type, base, typtype, category, notNull, expression, generated, identity, length] =
    row as (string | null)[];
  return {
    name: name as string,
    type: type as string,
    kind: kindOf(base as string, typtype as string, category as string),
    nullable: notNull === 'f',
    default: expression as string | null,
    generated: generated === 's' ? 'stored' : generated === 'v' ? 'virtual' : null,
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'default' : null,
    maxLength: length ? Number(length) : null,
    labels: null,
  };
}

function constraintOf(row: Row): Constraint {
  const [, name, type, definition, columns, schema, table, targetColumns] = row as string[];
  return {
    name: name as string,
    type: type as string,
    definition: definition as string,
    columns: JSON.parse(columns as string),
    target: table
      ? {
          table: { schema: schema as string, name: table },
          columns: JSON.parse(targetColumns as string),
        }
      : null,
  };
}

function groupByFirst(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[0] as string);
    if (group) group.push(row);
    else groups.set(row[0] as string, [row]);
  }
  return groups;
}

function arrayElement(text: string): string {
  return `"${text.replace(/(["\\])/g, '\\$1')}"`;
}

/** The chain of domains down to the type that they stand on. */
const baseType = `
  LATERAL (WITH RECURSIVE base AS (
     SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype, a.atttypmod AS typmod
     FROM pg_type t WHERE t.oid = a.atttypid
     UNION ALL
     SELECT t.oid, t.typname, t.typtype, t.typcategory, t.typbasetype,
            CASE WHEN base.typmod = -1 THEN d.typtypmod ELSE base.typmod END
     FROM base JOIN pg_type d ON d.oid = base.oid JOIN pg_type t ON t.oid = base.typbasetype)
   SELECT * FROM base WHERE typtype <> 'd') b`;

const columnsSql = `
  SELECT a.attrelid::text, a.attname, format_type(a.atttypid, a.atttypmod),
         b.typname, b.typtype, b.typcategory, a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
         a.attgenerated, a.attidentity,
         CASE WHEN b.typname IN ('varchar', 'bpchar') AND b.typmod > 4 THEN b.typmod - 4 END
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum, ${baseType}
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

const constraintsSql = `
  SELECT c.conrelid::text, c.conname, c.contype, pg_get_constraintdef(c.oid),
         (SELECT json_agg(a.attname ORDER BY k.i)
          FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n),
         tn.nspname, t.relname,
         (SELECT json_agg(a.attname ORDER BY k.i)
          FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
          JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n)
  FROM pg_constraint c
  LEFT JOIN pg_class t ON t.oid = c.confrelid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
  WHERE c.conrelid = ANY ($1::oid[]) AND c.contype IN ('p', 'u', 'c', 'x', 'f')
    AND c.conparentid = 0 AND c.conislocal
  ORDER BY c.conrelid, c.contype, c.conname`;

const indexesSql = `
  SELECT i.indrelid::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i
  WHERE i.indrelid = ANY ($1::oid[])
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
  ORDER BY i.indrelid, i.indexrelid`;

/** Enums and domains that the columns need; an array's element type counts too. */
const typesSql = `
  WITH RECURSIVE used AS (
    SELECT a.attrelid, a.atttypid AS oid, 0 AS depth FROM pg_attribute a
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT u.attrelid, x.next, u.depth + 1
    FROM used u JOIN pg_type t ON t.oid = u.oid,
         LATERAL (VALUES (t.typbasetype), (t.typelem)) x(next)
    WHERE x.next <> 0 AND u.depth < 20)
  SELECT u.attrelid::text,
         CASE t.typtype
           WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
             (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
              FROM pg_enum e WHERE e.enumtypid = t.oid))
           ELSE format('CREATE DOMAIN %I.%I AS %s%s%s%s', n.nspname, t.typname,
             format_type(t.typbasetype, t.typtypmod),
             CASE WHEN t.typdefault IS NULL THEN '' ELSE ' DEFAULT ' || t.typdefault END,
             CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
             (SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)), '' ORDER BY c.conname)
              FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'))
         END
  FROM (SELECT attrelid, oid, max(depth) AS depth FROM used GROUP BY attrelid, oid) u
  JOIN pg_type t ON t.oid = u.oid
  JOIN pg_namespace n ON n.oid = t.typnamespace AND ${system}
  WHERE t.typtype IN ('e', 'd')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
                    WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  ORDER BY u.attrelid, u.depth DESC, t.oid`;

/** Sequences that a default draws from, with the column that owns them. Identity has its own. */
const sequencesSql = `
  SELECT d.adrelid::text, format('%I.%I', n.nspname, s.relname),
         format('AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s',
           format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
           CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END),
         (SELECT format('%I.%I.%I', tn.nspname, t.relname, a.attname)
          FROM pg_depend o JOIN pg_class t ON t.oid = o.refobjid
          JOIN pg_namespace tn ON tn.oid = t.relnamespace
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.refobjsubid
          WHERE o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.deptype = 'a'
            AND t.oid = d.adrelid)
  FROM pg_attrdef d
  JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
       AND p.refclassid = 'pg_class'::regclass
  JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
  JOIN pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_sequence q ON q.seqrelid = s.oid
  WHERE d.adrelid = ANY ($1::oid[]) ORDER BY d.adrelid, d.adnum`;

/** Partitions of partitioned tables, outermost first. */
const partitionsSql = `
  WITH RECURSIVE parts AS (
    SELECT i.inhparent AS root, i.inhparent AS parent, i.inhrelid AS oid, 1 AS depth
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition
    WHERE i.inhparent = ANY ($1::oid[])
    UNION ALL
    SELECT p.root, i.inhparent, i.inhrelid, p.depth + 1
    FROM parts p JOIN pg_inherits i ON i.inhparent = p.oid)
  SELECT p.root::text, format('%I.%I PARTITION OF %I.%I %s%s', n.nspname, c.relname, pn.nspname,
           pc.relname, pg_get_expr(c.relpartbound, c.oid),
           CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END)
  FROM parts p
  JOIN pg_class c ON c.oid = p.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class pc ON pc.oid = p.parent JOIN pg_namespace pn ON pn.oid = pc.relnamespace
  ORDER BY p.root, p.depth, c.oid`;
