import type { Session } from '../driver.js';
import type {
  Column,
  ForeignKey,
  Key,
  Row,
  Schema,
  Table,
  TableName,
  ValueKind,
} from '../model.js';
import { definitionOf } from './create.js';
import { kindOf } from './kinds.js';
import { literal, quote } from './quote.js';

const system = `('information_schema', 'mysql', 'performance_schema', 'sys')`;
/** Tables that hold rows of their own: no views, no sequences, no temporary ones. */
const tableTypes = `('BASE TABLE', 'SYSTEM VERSIONED')`;

/** The databases that hold tables. */
export async function schemas(session: Session): Promise<string[]> {
  const rows = await session.query(
    `SELECT DISTINCT TABLE_SCHEMA FROM information_schema.TABLES
     WHERE TABLE_TYPE IN ${tableTypes} AND TABLE_SCHEMA NOT IN ${system} ORDER BY 1`,
  );
  return rows.map(([name]) => name as string);
}

/**
 * Reads tables, columns and keys from the information schema, and how each table is made from SHOW
 * CREATE TABLE. Tables of the own database have no schema, so that they fit into one of any name.
 * @param only names of databases; the own one is also the empty name
 */
export async function introspect(session: Session, only?: readonly string[]): Promise<Schema> {
  const [about] = await session.query('SELECT DATABASE(), VERSION()');
  const [own, version] = [about?.[0] ?? '', about?.[1]] as string[] as [string, string];
  const quotesDefaults = /mariadb/i.test(version);
  const named = only?.map((name) => (name === '' ? own : name));
  const wanted = new Set(named ?? (own === '' ? await schemas(session) : [own]));
  const list = [...wanted].map(literal).join(', ') || "''";
  // The server may compare names without their case, so the rows are sorted out by name here.
  const grouped = async (sql: string) => {
    const rows = await session.query(sql.replaceAll('$schemas', list));
    return groupByTable(rows.filter(([schema]) => wanted.has(schema as string)));
  };
  const tables = await grouped(tablesSql);
  const columns = await grouped(columnsSql);
  const indexes = await grouped(indexesSql);
  const references = await grouped(referencesSql);

  const found: Table[] = [];
  for (const [id, [row]] of tables) {
    const [database, name] = row as string[];
    const schema = schemaOf(database as string, own);
    const shown = await showCreate(session, database as string, name as string);
    const keys = uniqueKeys(indexes.get(id) ?? []);
    found.push({
      schema,
      name: name as string,
      columns: (columns.get(id) ?? []).map((column) => columnOf(column, shown, quotesDefaults)),
      primaryKey: keys.find((key) => key.name === 'PRIMARY') ?? null,
      uniques: keys
        .filter((key) => key.name !== 'PRIMARY')
        .map((key) => ({ ...key, nullsDistinct: true })),
      uniqueIndexes: [],
      checks: [],
      foreignKeys: foreignKeys(references.get(id) ?? [], own),
      definition: definitionOf({ schema, name: name as string }, shown),
    });
  }
  // The own tables first, whatever the name of their database.
  found.sort((a, b) => (a.schema === b.schema ? 0 : a.schema < b.schema ? -1 : 1));
  return { dialect: 'mysql', database: own, defaultSchema: '', tables: found, sequences: [] };
}

function schemaOf(database: string, own: string): string {
  return database === own ? '' : database;
}

async function showCreate(session: Session, database: string, name: string): Promise<string> {
  const [row] = await session.query(`SHOW CREATE TABLE ${quote(database)}.${quote(name)}`);
  return row?.[1] as string;
}

function groupByTable(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = JSON.stringify([row[0], row[1]]);
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

function columnOf(row: Row, shown: string, quotesDefaults: boolean): Column {
  const [, , name, dataType, type, nullable, expression, extra, generation, characters, octets] =
    row as (string | null)[];
  const kind = isJson(row, shown) ? 'json' : kindOf(dataType as string);
  const generated = /\b(VIRTUAL|STORED) GENERATED/i.exec(extra ?? '')?.[1]?.toLowerCase();
  return {
    name: name as string,
    type: type as string,
    kind,
    nullable: nullable === 'YES',
    default: generated
      ? (generation ?? null)
      : quotesDefaults
        ? notNull(expression)
        : quotedDefault(expression ?? null, kind, extra ?? ''),
    generated: (generated as 'stored' | 'virtual' | undefined) ?? null,
    identity: /\bauto_increment\b/i.test(extra ?? '') ? 'default' : null,
    maxLength: maxLength(dataType as string, characters, octets),
    labels: null,
  };
}

/** JSON is a name of MariaDB for a text that is checked. */
function isJson([, , name, dataType]: Row, shown: string): boolean {
  const column = quote(name as string);
  const line = shown.split('\n').find((it) => it.startsWith(`  ${column} `)) ?? '';
  return dataType === 'longtext' && line.includes(`CHECK (json_valid(${column}))`);
}

/** MariaDB writes an expression, and NULL where there is no default. */
function notNull(expression: string | null | undefined): string | null {
  return expression === undefined || expression === 'NULL' ? null : expression;
}

/** MySQL writes a literal without its quotes, and an expression without its parentheses. */
function quotedDefault(text: string | null, kind: ValueKind, extra: string): string | null {
  if (text === null) return null;
  if (/\bDEFAULT_GENERATED\b/i.test(extra)) {
    return /^CURRENT_TIMESTAMP/i.test(text) ? text : `(${text.replaceAll("\\'", "'")})`;
  }
  const isBare = kind === 'integer' || kind === 'decimal' || kind === 'float' || kind === 'binary';
  return isBare ? text : literal(text);
}

/** Of the longer texts the limit is in bytes: a quarter of them fits whatever the characters are. */
function maxLength(dataType: string, characters: unknown, octets: unknown): number | null {
  if (dataType === 'char' || dataType === 'varchar') return Number(characters);
  if (dataType === 'tinytext' || dataType === 'text') return Math.floor(Number(octets) / 4);
  return null;
}

/** Unique over whole columns; the primary key also where it stands on prefixes. */
function uniqueKeys(rows: readonly Row[]): Key[] {
  const keys = new Map<string, { name: string; columns: string[]; whole: boolean }>();
  for (const [, , index, column, prefix] of rows) {
    const name = index as string;
    const key = keys.get(name) ?? { name, columns: [], whole: true };
    keys.set(name, key);
    if (column === null || (prefix !== null && name !== 'PRIMARY')) key.whole = false;
    else key.columns.push(column as string);
  }
  return [...keys.values()]
    .filter(({ whole }) => whole)
    .map(({ name, columns }) => ({ name, columns }));
}

function foreignKeys(rows: readonly Row[], own: string): ForeignKey[] {
  const keys = new Map<
    string,
    { name: string; columns: string[]; target: TableName; to: string[] }
  >();
  for (const row of rows) {
    const [, , name, column, database, table, targetColumn] = row as string[] as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const target = { schema: schemaOf(database, own), name: table };
    const key = keys.get(name) ?? { name, columns: [], target, to: [] };
    keys.set(name, key);
    key.columns.push(column);
    key.to.push(targetColumn);
  }
  return [...keys.values()].map(({ to, ...key }) => ({
    ...key,
    targetColumns: to,
    onUpdate: 'no action',
    onDelete: 'no action',
    deferrable: 'never',
  }));
}

const tablesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
  WHERE TABLE_SCHEMA IN ($schemas) AND TABLE_TYPE IN ${tableTypes}
  ORDER BY TABLE_SCHEMA, TABLE_NAME`;

const columnsSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE,
         COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION, CHARACTER_MAXIMUM_LENGTH,
         CHARACTER_OCTET_LENGTH
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ($schemas)
  ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`;

/** An expression in an index has no column name. */
const indexesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN ($schemas) AND NON_UNIQUE = 0
  ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;

const referencesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA,
         REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
  FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA IN ($schemas) AND REFERENCED_TABLE_NAME IS NOT NULL
  ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`;
