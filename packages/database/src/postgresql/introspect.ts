import type { Session } from '../driver.js';
import type { Check, ForeignKey, Key, Row, Schema, Sequence, Table, Unique } from '../model.js';
import { columnsSql, firstOfUsers } from './catalog-columns.js';
import {
  alterationsSql,
  constraintsSql,
  indexesSql,
  partitionsSql,
} from './catalog-constraints.js';
import { partsSql } from './catalog-parts.js';
import { collationsSql, sequencesSql, typesSql } from './catalog-types.js';
import { type Constraint, definitionOf, makeSchema, makeSequence, type Parts } from './create.js';
import { columnsOf, constraintOf, hasParts, indexOf } from './read-catalog.js';

/** Schemas of users: none of the server's own, and not the one that the change log makes. */
const ofUsers = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND n.nspname <> 'hfit'`;

const ofNoExtension = `NOT EXISTS (SELECT 1 FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'e')`;

/** Tables that hold rows of their own: no views, nothing of an extension, no temporary ones. */
const relations = `
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
  WHERE r.relkind IN ('r', 'p') AND r.relpersistence <> 't' AND NOT r.relispartition
    AND ${ofUsers} AND ${ofNoExtension}`;

const heirs = (joined: string, other: string) => `
  (SELECT json_agg(json_build_object('schema', hn.nspname, 'name', h.relname) ORDER BY i.inhseqno)
   FROM pg_inherits i JOIN pg_class h ON h.oid = i.${other} AND NOT h.relispartition
   JOIN pg_namespace hn ON hn.oid = h.relnamespace WHERE i.${joined} = r.oid)`;

const tablesSql = `
  SELECT r.oid::text, n.nspname, r.relname, r.relpersistence = 'u',
         CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,
         ${heirs('inhrelid', 'inhparent')},
         r.relkind = 'r' AND ${heirs('inhparent', 'inhrelid')} IS NOT NULL,
         CASE WHEN row_security_active(r.oid) THEN current_user END
  ${relations}`;

export async function schemas(session: Session): Promise<string[]> {
  const rows = await session.query(`SELECT DISTINCT n.nspname ${relations} ORDER BY 1`);
  return rows.map(([name]) => name as string);
}

/** Reads tables, columns and constraints from the catalog, with what is needed to make them anew. */
export async function introspect(session: Session, only?: readonly string[]): Promise<Schema> {
  const chosen = only ? `AND n.nspname = ANY ($1::text[])` : '';
  const parameters = only ? [`{${only.map(arrayElement).join(',')}}`] : [];
  const [about] = await session.query(
    `SELECT current_database(), EXISTS (SELECT FROM pg_sequence),
            EXISTS (SELECT FROM pg_collation WHERE oid >= ${firstOfUsers})`,
  );
  const [database, hasSequences, hasCollations] = about as [string, string, string];
  const tables = await session.query(
    `${tablesSql} ${chosen} ORDER BY n.nspname, r.relname`,
    parameters,
  );
  const oids = `{${tables.map(([oid]) => oid).join(',')}}`;
  const grouped = async (sql: string) => groupByFirst(await session.query(sql, [oids]));
  const isPartitioned = tables.some(([, , , , partitionedBy]) => partitionedBy !== null);
  const inherits = isPartitioned || tables.some(([, , , , , parents]) => parents !== null);
  const asked = await grouped(columnsSql(false));
  const some = (at: number) =>
    [...asked.values()].some((rows) => rows.some((row) => row.at(at) === 't'));
  const [hasDomains, hasOwnTypes] = [some(-2), some(-1)];
  const areMade = hasDomains || [...asked.values()].some((rows) => rows.some(hasParts));
  const read = {
    columns: hasDomains ? await grouped(columnsSql(true)) : asked,
    parts: areMade ? await grouped(partsSql) : new Map(),
    constraints: await grouped(constraintsSql(isPartitioned)),
    indexes: await grouped(indexesSql(isPartitioned)),
    collations: hasCollations === 't' && hasOwnTypes ? await grouped(collationsSql) : new Map(),
    types: hasOwnTypes ? await grouped(typesSql) : new Map(),
    partitions: isPartitioned ? await grouped(partitionsSql) : new Map(),
    alterations: inherits ? await grouped(alterationsSql) : new Map(),
  };
  const sequences =
    hasSequences === 't'
      ? await session.query(
          `${sequencesSql} WHERE r.relpersistence <> 't' AND ${ofUsers} AND ${ofNoExtension} ${chosen} ORDER BY n.nspname, r.relname`,
          parameters,
        )
      : [];
  const drawn = groupByTables(sequences);
  return {
    dialect: 'postgresql',
    database,
    defaultSchema: 'public',
    sequences: sequences.map(sequenceOf),
    tables: tables.map((row) => {
      const [oid, schema, name, unlogged, partitionedBy, parents, hasHeirs, hiddenFrom] =
        row as string[];
      const of = (map: Map<string, Row[]>) => map.get(oid as string) ?? [];
      const statements = (map: Map<string, Row[]>) => of(map).map(([, it]) => it as string);
      const parts: Parts = {
        schema: schema as string,
        name: name as string,
        unlogged: unlogged === 't',
        partitionedBy: partitionedBy ?? null,
        inherits: parents ? JSON.parse(parents) : [],
        columns: columnsOf(of(read.columns), of(read.parts)),
        constraints: of(read.constraints).map(constraintOf),
        indexes: of(read.indexes).map(indexOf),
        types: [...of(read.collations), ...of(read.types)].map(([, statement, of]) => ({
          statement: statement as string,
          schema: of as string,
        })),
        sequences: of(drawn).map(([, name, schema, definition, owner]) => ({
          name: name as string,
          schema: schema as string,
          definition: definition as string,
          ownedBy: owner as string | null,
        })),
        partitions: statements(read.partitions),
        alterations: statements(read.alterations),
      };
      return {
        ...tableOf(parts),
        ...(parents && { inherits: parts.inherits }),
        ...(hasHeirs === 't' && { hasHeirs: true }),
        ...(hiddenFrom && { hiddenFrom }),
        definition: definitionOf(parts),
      };
    }),
  };
}

function tableOf(parts: Parts): Omit<Table, 'definition'> {
  const ofType = (type: string) => parts.constraints.filter((it) => it.isOwn && it.type === type);
  const key = ({ name, columns }: Constraint): Key => ({ name, columns });
  const own = parts.indexes.filter(({ unique }) => unique !== null);
  return {
    schema: parts.schema,
    name: parts.name,
    columns: parts.columns.map(({ column }) => column),
    primaryKey: ofType('p').map(key)[0] ?? null,
    uniques: [
      ...ofType('u').map((it): Unique => ({ ...key(it), nullsDistinct: it.nullsDistinct })),
      ...own.flatMap(({ name, unique }): Unique[] =>
        unique?.columns
          ? [{ name, columns: unique.columns, nullsDistinct: unique.nullsDistinct }]
          : [],
      ),
    ],
    uniqueIndexes: own.flatMap(({ name, unique }) =>
      unique && !unique.columns
        ? [{ name, expressions: unique.expressions, predicate: unique.predicate }]
        : [],
    ),
    checks: ofType('c').map(({ name, condition }): Check => ({ name, condition: condition ?? '' })),
    foreignKeys: ofType('f').flatMap(({ name, columns, reference }): ForeignKey[] =>
      reference ? [{ name, columns, ...reference }] : [],
    ),
  };
}

function sequenceOf(row: Row): Sequence {
  const [schema, name, table, options, , quoted] = row as (string | null)[];
  return {
    schema: schema as string,
    name: name as string,
    ownedBy: table ? JSON.parse(table) : null,
    ...(!table && {
      definition: [makeSchema(schema as string), makeSequence(quoted as string, options as string)],
    }),
  };
}

/** The sequences that each table needs, by its number: owned by it, or drawn from by a default. */
function groupByTables(sequences: readonly Row[]): Map<string, Row[]> {
  return groupByFirst(
    sequences.flatMap(([schema, , , options, needed, quoted]): Row[] =>
      (
        JSON.parse((needed as string | null) ?? '[]') as { oid: string; owner: string | null }[]
      ).map(({ oid, owner }) => [
        oid,
        quoted as string,
        schema as string,
        options as string,
        owner,
      ]),
    ),
  );
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
