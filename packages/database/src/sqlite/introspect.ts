import { createHash } from 'node:crypto';
import type { Session } from '../driver.js';
import type {
  Column,
  ForeignKey,
  KeyAction,
  Row,
  Schema,
  Table,
  Unique,
  UniqueIndex,
} from '../model.js';
import { indexClauses, type TableClauses, tableClauses } from './clauses.js';
import { definitionOf } from './create.js';
import { kindOf } from './kinds.js';
import { isOwnTable } from './own.js';

/**
 * Tables that hold rows of their own: no views, no virtual tables and what these keep their data
 * in, and none of the change log. One that hides behind a temporary table of its name could not be
 * read.
 */
const tablesSql = `
  SELECT t.name, t.wr, t.strict, s.sql
  FROM pragma_table_list t JOIN main.sqlite_schema s ON s.type = 'table' AND s.name = t.name
  WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND lower(t.name) NOT IN (SELECT lower(name) FROM temp.sqlite_schema)`;

export async function schemas(session: Session): Promise<string[]> {
  return (await tablesOf(session)).length > 0 ? [''] : [];
}

/** All that SQLite has stored of it: what is read of a schema is made of these texts. */
export async function schemaVersion(session: Session): Promise<string> {
  const rows = await session.query(
    `SELECT type, name, tbl_name, sql FROM main.sqlite_schema
     UNION ALL SELECT 'temporary', lower(name), NULL, NULL FROM temp.sqlite_schema`,
  );
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

async function tablesOf(session: Session): Promise<Row[]> {
  const rows = await session.query(`${tablesSql} ORDER BY t.name`);
  return rows.filter(([name, , , sql]) => !isOwnTable(String(name), String(sql)));
}

/** Reads tables, columns and keys of `main`, by the pragmas of SQLite and by what it has stored. */
export async function introspect(session: Session, only?: readonly string[]): Promise<Schema> {
  const wanted = !only || only.some((schema) => schema === '' || schema === 'main');
  const tables = wanted ? await tablesOf(session) : [];
  const grouped = async (sql: string) => groupByFirst(wanted ? await session.query(sql) : []);
  const columns = await grouped(columnsSql);
  const indexes = await grouped(indexesSql);
  const indexColumns = await grouped(indexColumnsSql);
  const references = await grouped(referencesSql);

  const clauses = new Map(
    tables.map(([name, , , sql]) => [name, tableClauses(name as string, sql as string)]),
  );
  const made = tables.map(([name, withoutRowid, strict, sql]): Table => {
    const of = (map: Map<string, Row[]>) => map.get(name as string) ?? [];
    const own = of(columns);
    const primary = own.filter(([, , , , , place]) => place !== 0n).sort(byPlace);
    // The column is the number of the row itself: then its key has no index.
    const [first, second] = primary;
    const numbered =
      !second &&
      /^integer$/i.test(String(first?.[2])) &&
      withoutRowid === 0n &&
      !of(indexes).some(([, , , origin]) => origin === 'pk');
    return {
      schema: '',
      name: name as string,
      columns: own.map((row) => columnOf(row, numbered, strict === 1n)),
      primaryKey: first
        ? { name: `${name}_pkey`, columns: primary.map(([, column]) => column as string) }
        : null,
      uniques: of(indexes).flatMap((index) => uniqueOf(index, indexColumns)),
      uniqueIndexes: of(indexes).flatMap((index) => uniqueIndexOf(index, indexColumns)),
      checks: clauses.get(name)?.checks ?? [],
      foreignKeys: [],
      definition: definitionOf(
        sql as string,
        of(indexes).flatMap(([, , , , , statement]) => (statement as string | null) ?? []),
      ),
    };
  });
  return {
    dialect: 'sqlite',
    database: 'main',
    defaultSchema: '',
    sequences: made.flatMap(({ schema, name, primaryKey }) => {
      const [column] = primaryKey?.columns ?? [];
      if (!clauses.get(name)?.autoincrement || column === undefined) return [];
      return [{ schema, name, ownedBy: { table: { schema, name }, column } }];
    }),
    tables: made.map((table) => ({
      ...table,
      foreignKeys: foreignKeysOf(
        table,
        references.get(table.name) ?? [],
        made,
        (clauses.get(table.name) as TableClauses).deferrable,
      ),
    })),
  };
}

const byPlace = (a: Row, b: Row) => Number(a[5]) - Number(b[5]);

function columnOf(row: Row, numbered: boolean, strict: boolean): Column {
  const [, name, type, notNull, expression, place, hidden] = row;
  const inKey = place !== 0n;
  return {
    name: name as string,
    type: type as string,
    kind: kindOf(type as string),
    // Outside of STRICT and WITHOUT ROWID, SQLite lets a primary key be null.
    nullable: notNull === 0n && !(inKey && (numbered || strict)),
    default: expression as string | null,
    generated: hidden === 3n ? 'stored' : hidden === 2n ? 'virtual' : null,
    identity: inKey && numbered ? 'default' : null,
    maxLength: null,
    labels: null,
  };
}

/** A unique key; not one that is partial, or of expressions. */
function uniqueOf(index: Row, indexColumns: Map<string, Row[]>): Unique[] {
  const [table, name, unique, origin, partial] = index;
  if (unique !== 1n || partial !== 0n || origin === 'pk') return [];
  const columns = (indexColumns.get(name as string) ?? []).map(([, column]) => column);
  if (columns.includes(null)) return [];
  const stable = origin === 'u' ? `${table}_${columns.join('_')}_key` : (name as string);
  return [{ name: stable, columns: columns as string[], nullsDistinct: true }];
}

/** A unique key that no list of columns tells. */
function uniqueIndexOf(index: Row, indexColumns: Map<string, Row[]>): UniqueIndex[] {
  const [, name, unique, , partial, sql] = index;
  const columns = indexColumns.get(name as string) ?? [];
  const whole = partial === 0n && !columns.some(([, column]) => column === null);
  if (unique !== 1n || sql === null || whole) return [];
  return [indexClauses(name as string, sql as string)];
}

/**
 * Foreign keys, whose names SQLite does not tell; these are made of their columns. A key to what is
 * not there is left out, as no row could keep it.
 */
function foreignKeysOf(
  table: Table,
  rows: readonly Row[],
  tables: readonly Table[],
  deferrable: TableClauses['deferrable'],
): ForeignKey[] {
  const names = new Set<string>();
  return [...groupByFirst(rows.map(([, ...row]) => row)).values()].flatMap((parts, place) => {
    const target = tables.find(({ name }) => same(name, parts[0]?.[1]));
    const columns = parts.map(([, , from]) => from as string);
    const targetColumns = parts.flatMap(([, , , to], i) => {
      const named = to ?? target?.primaryKey?.columns[i];
      return target?.columns.find(({ name }) => same(name, named))?.name ?? [];
    });
    if (!target || targetColumns.length !== columns.length) return [];
    const stem = `${table.name}_${columns.join('_')}_fkey`;
    let name = stem;
    for (let n = 1; names.has(name); n += 1) name = `${stem}${n}`;
    names.add(name);
    return [
      {
        name,
        columns,
        target: { schema: '', name: target.name },
        targetColumns,
        onUpdate: actionOf(parts[0]?.[4]),
        onDelete: actionOf(parts[0]?.[5]),
        deferrable: deferrable[place] ?? 'never',
      },
    ];
  });
}

function actionOf(word: unknown): KeyAction {
  return String(word).toLowerCase() as KeyAction;
}

function same(name: string, other: unknown): boolean {
  return name.toLowerCase() === String(other).toLowerCase();
}

function groupByFirst(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row[0]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

const columnsSql = `
  SELECT s.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
  FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') c
  WHERE s.type = 'table' AND c.hidden <> 1
  ORDER BY s.name, c.cid`;

/** In the order in which they were made. */
const indexesSql = `
  SELECT s.tbl_name, i.name, i."unique", i.origin, i.partial, s.sql
  FROM main.sqlite_schema s JOIN pragma_index_list(s.tbl_name, 'main') i ON i.name = s.name
  WHERE s.type = 'index'
  ORDER BY s.rowid`;

/** Null stands for an expression. */
const indexColumnsSql = `
  SELECT s.name, c.name
  FROM main.sqlite_schema s, pragma_index_xinfo(s.name, 'main') c
  WHERE s.type = 'index' AND c.key = 1
  ORDER BY s.name, c.seqno`;

/** SQLite numbers them backwards. */
const referencesSql = `
  SELECT s.name, k.id, k."table", k."from", k."to", k.on_update, k.on_delete
  FROM main.sqlite_schema s, pragma_foreign_key_list(s.name, 'main') k
  WHERE s.type = 'table'
  ORDER BY s.name, k.id DESC, k.seq`;
