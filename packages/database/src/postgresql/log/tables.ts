import type { Session } from '../../driver.js';
import { rowKey } from '../../key.js';
import type { Schema, Table } from '../../model.js';
import { arrayLiteral } from '../array.js';
import { quote, quoteTable } from '../quote.js';

/** A table of the log, by its number there. */
export interface Logged {
  readonly number: number;
  readonly table: Table;
  readonly key: readonly string[] | null;
  readonly partitioned: boolean;
  /** The table and its partitions, which can be written to directly. */
  readonly relations: readonly Relation[];
  /** Triggers of users that fire for everybody, as the name and the mode. */
  readonly stubborn: readonly {
    readonly on: string;
    readonly trigger: string;
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
  const of = (rows: typeof relations, i: number) => rows.filter(([n]) => Number(n) === i + 1);
  return schema.tables.map((table, i) => ({
    number: i + 1,
    table,
    key: usable(
      rowKey(table),
      of(unlike, i).map(([, column]) => column as string),
    ),
    partitioned: of(relations, i)[0]?.[3] === 'p',
    relations: of(relations, i).map(([, oid, name, kind, byRow, schema]) => ({
      oid: oid as string,
      schema: schema as string,
      name: name as string,
      byRow: byRow === 't',
      foreign: kind === 'f',
    })),
    stubborn: of(stubborn, i).map(([, on, trigger, mode]) => ({
      on: on as string,
      trigger: trigger as string,
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
  SELECT g.i, format('%I.%I', n.nspname, c.relname), quote_ident(tr.tgname), tr.tgenabled
  ${treeSql} JOIN pg_trigger tr ON tr.tgrelid = c.oid JOIN pg_proc p ON p.oid = tr.tgfoid
  WHERE tr.tgenabled IN ('A', 'R') AND NOT tr.tgisinternal
    AND p.pronamespace IS DISTINCT FROM to_regnamespace('hfit')
  ORDER BY g.i, t.level, c.oid`;

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
