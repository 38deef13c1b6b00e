import { type Dialect, ownRowsOf } from './dialect.js';
import type { Session } from './driver.js';
import { rowKey } from './key.js';
import {
  type Column,
  type ForeignKey,
  type Row,
  sameTable,
  type Table,
  type Value,
} from './model.js';

/** How the owner of a row is found: over foreign keys, to the column that holds it. */
export interface Owner {
  readonly hops: readonly ForeignKey[];
  readonly column: string;
}

/** A foreign key between rows that each have an owner, which is to be the same. */
export interface OwnedReference {
  readonly table: Table;
  readonly foreignKey: ForeignKey;
  readonly owner: Owner;
  readonly targetOwner: Owner;
}

/** A row that points to one of another owner. */
export interface Crossing {
  /** The key of the row that points, by column. */
  readonly key: Readonly<Record<string, Value>>;
  readonly owner: Value;
  readonly targetOwner: Value;
}

/**
 * Finds the rows whose foreign key points to a row of another owner.
 * @param limit how many of them are told of; all are counted
 */
export async function findCrossings(
  dialect: Dialect,
  session: Session,
  tables: readonly Table[],
  reference: OwnedReference,
  limit: number,
): Promise<{ rows: number; crossings: Crossing[] }> {
  const { table, foreignKey, owner, targetOwner } = reference;
  const target = tableOf(tables, foreignKey);
  const own = climb(dialect, tables, 't', owner);
  const other = climb(dialect, tables, 'u', targetOwner);
  const from =
    `FROM ${ownRowsOf(dialect, table)} t${own.joins}` +
    ` JOIN ${ownRowsOf(dialect, target)} u ON ${joined(dialect, 't', 'u', foreignKey)}${other.joins}` +
    ` WHERE ${own.column} <> ${other.column}`;
  const [counted] = await session.query(`SELECT count(*) ${from}`);
  const rows = Number(counted?.[0]);
  if (rows === 0 || limit === 0) return { rows, crossings: [] };
  const key = rowKey(table) ?? foreignKey.columns;
  const keys = key.map((name) => `t.${dialect.quote(name)}`);
  const listed = await session.query(
    `SELECT ${[...keys, own.column, other.column].join(', ')} ${from}` +
      ` ORDER BY ${keys.join(', ')} LIMIT ${Math.trunc(limit)}`,
  );
  const crossings = listed.map((row) => ({
    key: Object.fromEntries(key.map((name, i) => [name, row[i] ?? null])),
    owner: row[key.length] ?? null,
    targetOwner: row[key.length + 1] ?? null,
  }));
  return { rows, crossings };
}

/**
 * Looks among rows that are there for one of another owner than the given one.
 * @param keys values of `columns`, which tell the rows
 * @returns its owner, or null where all have the given one or none
 */
export async function findOtherOwner(
  dialect: Dialect,
  session: Session,
  tables: readonly Table[],
  { table, columns, owner }: { table: Table; columns: readonly Column[]; owner: Owner },
  keys: readonly Row[],
  given: Value,
): Promise<Value> {
  const among = dialect.keyedBy(columns, keys, 0);
  const { joins, column, holder } = climb(dialect, tables, 'u', owner, table);
  const place = dialect.placeholder(among.parameters.length + 1, holder);
  const [row] = await session.query(
    `SELECT ${column} FROM (SELECT * FROM ${ownRowsOf(dialect, table)} WHERE ${among.sql}) u${joins}` +
      ` WHERE ${column} <> ${place} LIMIT 1`,
    [...among.parameters, given],
  );
  return row?.[0] ?? null;
}

/**
 * Whom a row that is there belongs to.
 * @param key values of `columns`, which tell the row
 * @returns its owner and the column that holds it, or null where there is none
 */
export async function findOwner(
  dialect: Dialect,
  session: Session,
  tables: readonly Table[],
  { table, columns, owner }: { table: Table; columns: readonly Column[]; owner: Owner },
  key: Row,
): Promise<{ column: Column; value: Value } | null> {
  const among = dialect.keyedBy(columns, [key], 0);
  const { joins, column, holder } = climb(dialect, tables, 'u', owner, table);
  const [row] = await session.query(
    `SELECT ${column} FROM (SELECT * FROM ${ownRowsOf(dialect, table)} WHERE ${among.sql}) u${joins}`,
    among.parameters,
  );
  const value = row?.[0] ?? null;
  return holder && value !== null ? { column: holder, value } : null;
}

/** Joins over the hops of an owner, from the table of an alias. */
function climb(
  dialect: Dialect,
  tables: readonly Table[],
  alias: string,
  { hops, column }: Owner,
  start?: Table,
) {
  let at = alias;
  let table = start;
  let joins = '';
  hops.forEach((hop, i) => {
    const next = `${alias}${i + 1}`;
    table = tableOf(tables, hop);
    joins += ` JOIN ${ownRowsOf(dialect, table)} ${next} ON ${joined(dialect, at, next, hop)}`;
    at = next;
  });
  const holder = table?.columns.find(({ name }) => name === column);
  return { joins, column: `${at}.${dialect.quote(column)}`, holder };
}

function joined(dialect: Dialect, from: string, to: string, key: ForeignKey): string {
  const pairs = key.columns.map((column, i) => {
    const target = dialect.quote(key.targetColumns[i] as string);
    return `${from}.${dialect.quote(column)} = ${to}.${target}`;
  });
  return pairs.join(' AND ');
}

function tableOf(tables: readonly Table[], { target }: ForeignKey): Table {
  return tables.find((it) => sameTable(it, target)) as Table;
}
