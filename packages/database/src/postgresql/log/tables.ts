import type { Session } from '../../driver.js';
import { rowKey } from '../../key.js';
import { type ForeignKey, type Schema, sameTable, type Table } from '../../model.js';
import { arrayLiteral } from '../array.js';
import { quote, quoteTable } from '../quote.js';

/** A table of the log, by its number there. */
export interface Logged {
  readonly number: number;
  readonly table: Table;
  readonly key: readonly string[] | null;
  readonly partitioned: boolean;
  /** A row that was changed may be changed back: nothing but its key, which stays, could meet another. */
  readonly changesBack: boolean;
  /** The type of a row that images are read as, quoted. */
  readonly image: string;
  /** What makes that type, where the table's own does not do. */
  readonly imageType: string | null;
  /** The text of its values depends on the search path: names of tables, functions, types. */
  readonly byPath: boolean;
  /** Keys to tables that are not in the log. */
  readonly outward: readonly ForeignKey[];
  /** It has checks that were never validated, so rows may be there that they refuse. */
  readonly unvalidated: boolean;
  /** The table and its partitions, which can be written to directly. */
  readonly relations: readonly Relation[];
  /** Triggers and rules of users that hold for everybody, as the kind with the name, and the mode. */
  readonly stubborn: readonly {
    readonly on: string;
    readonly what: string;
    readonly mode: string;
  }[];
}

export interface Relation {
  readonly oid: string;
  /** The oid of its schema. */
  readonly schema: string;
  /** Quoted. */
  readonly name: string;
  /** In a tree of INHERITS the rows of the parent are given without the columns of its heirs. */
  readonly byRow: boolean;
  readonly foreign: boolean;
}

export async function loggedTables(session: Session, schema: Schema): Promise<Logged[]> {
  const names = arrayLiteral(schema.tables.map(quoteTable));
  const relations = await session.query(relationsSql, [names]);
  const stubborn = await session.query(stubbornSql, [names]);
  const unlike = await session.query(unlikeSql, [names]);
  const peculiar = await session.query(peculiarSql, [names]);
  const of = (rows: typeof relations, i: number) => rows.filter(([n]) => Number(n) === i + 1);
  return schema.tables.map((table, i) => ({
    number: i + 1,
    table,
    key: usable(
      rowKey(table),
      of(unlike, i).map(([, column]) => column as string),
    ),
    partitioned: of(relations, i)[0]?.[3] === 'p',
    image: peculiar[i]?.[1] ? `hfit.row_${i + 1}` : quoteTable(table),
    imageType: peculiar[i]?.[1] ? `CREATE TYPE hfit.row_${i + 1} AS (${peculiar[i][1]})` : null,
    outward: table.foreignKeys.filter(
      ({ target }) => !schema.tables.some((it) => sameTable(it, target)),
    ),
    byPath: peculiar[i]?.[2] === 't',
    unvalidated: peculiar[i]?.[3] === 't',
    changesBack: peculiar[i]?.[4] === 't' && peculiar[i]?.[2] === 'f' && peculiar[i]?.[3] === 'f',
    relations: of(relations, i).map(([, oid, name, kind, byRow, schema]) => ({
      oid: oid as string,
      schema: schema as string,
      name: name as string,
      byRow: byRow === 't',
      foreign: kind === 'f',
    })),
    stubborn: of(stubborn, i).map(([, on, what, mode]) => ({
      on: on as string,
      what: what as string,
      mode: mode === 'A' ? 'ALWAYS' : 'REPLICA',
    })),
  }));
}

/** A key whose values cannot be compared without naming a schema is as good as none. */
function usable(key: readonly string[] | null, unlike: readonly string[]) {
  return key?.some((column) => unlike.includes(column)) ? null : key;
}

/** Columns whose type comes from an extension, and its operators with it. */
const unlikeSql = `
  SELECT g.i, a.attname
  FROM unnest($1::text[]) WITH ORDINALITY g(name, i)
  JOIN pg_attribute a ON a.attrelid = g.name::regclass AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_type b ON b.oid = t.typbasetype
  WHERE coalesce(b.typtype, t.typtype) = 'b' AND coalesce(b.typelem, t.typelem) = 0
    AND coalesce(b.typnamespace, t.typnamespace) <> 'pg_catalog'::regnamespace`;

/**
 * A generated column stays out of images, but the domain that it is of may refuse a NULL: then its
 * place is of another type.
 */
const peculiarSql = `
  WITH RECURSIVE used AS (
    SELECT g.i, a.atttypid AS oid FROM unnest($1::text[]) WITH ORDINALITY g(name, i)
    JOIN pg_attribute a ON a.attrelid = g.name::regclass AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT u.i, x.next FROM used u JOIN pg_type t ON t.oid = u.oid,
      LATERAL (SELECT t.typbasetype AS next UNION SELECT t.typelem
               UNION SELECT f.atttypid FROM pg_attribute f WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) x
    WHERE x.next <> 0)
  SELECT g.i,
         (SELECT string_agg(format('%I %s', a.attname,
                   CASE WHEN a.attgenerated <> '' THEN 'text' ELSE format_type(a.atttypid, a.atttypmod) END), ', ' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = g.name::regclass AND a.attnum > 0 AND NOT a.attisdropped
          HAVING bool_or(a.attgenerated <> '' AND (SELECT t.typtype = 'd' FROM pg_type t WHERE t.oid = a.atttypid))),
         EXISTS (SELECT FROM used u WHERE u.i = g.i AND u.oid = ANY ('{regclass,regproc,regprocedure,regoper,regoperator,regtype,regconfig,regdictionary,regcollation}'::regtype[])),
         EXISTS (SELECT FROM pg_constraint c WHERE c.contype IN ('c', 'n') AND NOT c.convalidated
                 AND (c.conrelid = g.name::regclass OR c.conrelid IN (SELECT p.relid FROM pg_partition_tree(g.name::regclass) p))),
         (SELECT t.relkind = 'r' AND count(x.indrelid) = 1 FROM pg_class t
          LEFT JOIN pg_index x ON x.indrelid = t.oid AND (x.indisunique OR x.indisexclusion)
          WHERE t.oid = g.name::regclass GROUP BY t.relkind)
  FROM unnest($1::text[]) WITH ORDINALITY g(name, i) ORDER BY g.i`;

const treeSql = `
  FROM unnest($1::text[]) WITH ORDINALITY g(name, i),
       LATERAL (SELECT g.name::regclass AS oid, 0 AS level
                UNION ALL SELECT relid, level FROM pg_partition_tree(g.name::regclass) WHERE level > 0) t
  JOIN pg_class c ON c.oid = t.oid JOIN pg_namespace n ON n.oid = c.relnamespace`;

const relationsSql = `
  SELECT g.i, c.oid, format('%I.%I', n.nspname, c.relname), c.relkind,
         NOT c.relispartition AND c.relkind = 'r'
           AND EXISTS (SELECT 1 FROM pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent)),
         n.oid
  ${treeSql} ORDER BY g.i, t.level, c.oid`;

const stubbornSql = `
  SELECT g.i, format('%I.%I', n.nspname, c.relname), x.what, x.mode
  ${treeSql},
  LATERAL (SELECT 'TRIGGER ' || quote_ident(tr.tgname) AS what, tr.tgenabled AS mode
           FROM pg_trigger tr JOIN pg_proc p ON p.oid = tr.tgfoid
           WHERE tr.tgrelid = c.oid AND NOT tr.tgisinternal
             AND p.pronamespace IS DISTINCT FROM to_regnamespace('hfit')
           UNION ALL
           SELECT 'RULE ' || quote_ident(w.rulename), w.ev_enabled
           FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type <> '1') x
  WHERE x.mode IN ('A', 'R')
  ORDER BY g.i, t.level, c.oid, x.what`;

/**
 * A whole row as text, which `image::table` takes back. Generated columns stay out: a row that came
 * through the parent of its partition shows them as they were before they were computed.
 */
export function imageOf(table: Table, alias: string): string {
  const values = table.columns.map(({ name, generated }) =>
    generated ? 'NULL' : `${alias}.${quote(name)}`,
  );
  return `ROW(${values.join(', ')})::text`;
}
