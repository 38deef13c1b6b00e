import type { Session } from '../../driver.js';
import type { Row, Table } from '../../model.js';
import { indexClauses } from '../clauses.js';
import { identityOf } from '../identity.js';
import { quote } from '../quote.js';

/** What the triggers and the rewind of one table have to know of it. It is kept as JSON. */
export interface Shape {
  readonly id: number;
  readonly table: Table;
  /** The columns that the log keeps, in the order of its own `c1`, `c2` …; no generated ones. */
  readonly columns: readonly string[];
  /** What finds a row: its number, kept in `k`, or the primary key, kept among the columns. */
  readonly keys: readonly KeyPart[];
  readonly rowid: boolean;
  readonly uniques: readonly (readonly UniquePart[])[];
  /** By column, for those that cannot be null: what REPLACE puts in the place of NULL. */
  readonly defaults: Readonly<Record<string, string>>;
}

export interface KeyPart {
  /** Its name in the table, quoted. */
  readonly column: string;
  /** Where the log keeps it. */
  readonly kept: string;
  readonly collation: string;
}

/** A part of a unique key: a column, or an expression, or a condition that its rows fulfil. */
export interface UniquePart {
  readonly column: string | null;
  readonly expression: string;
  /** Null for a condition. */
  readonly collation: string | null;
}

/**
 * Null for a table that has no name for its rows: three columns have taken `rowid`, `oid` and
 * `_rowid_`.
 */
export async function shapeOf(session: Session, id: number, table: Table): Promise<Shape | null> {
  const identity = identityOf(table);
  if (!identity) return null;
  const columns = table.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  const indexes = await session.query(indexesSql, [table.name]);
  const parts = await Promise.all(indexes.map((index) => partsOf(session, index)));
  const primary = indexes.findIndex(([, origin]) => origin === 'pk');
  const keys = identity.rowid
    ? [{ column: identity.names[0] as string, kept: 'k', collation: 'BINARY' }]
    : (parts[primary] ?? []).map(({ column, collation }) => ({
        column: quote(column as string),
        kept: keptAs(columns, column as string),
        collation: collation as string,
      }));
  const uniques = parts.filter((_, i) => identity.rowid || i !== primary);
  const defaults = await defaultsOf(session, table);
  return { id, table, columns, keys, rowid: identity.rowid, uniques, defaults };
}

async function defaultsOf(session: Session, table: Table): Promise<Record<string, string>> {
  const defaults: Record<string, string> = {};
  for (const { name, nullable, default: value } of table.columns) {
    if (nullable || value === null) continue;
    try {
      await session.query(`SELECT ${value}`);
      defaults[name] = value;
    } catch {
      // A bare word is a text where it is a default, and nowhere else.
      defaults[name] = `'${value.replaceAll(/^"|"$/g, '').replaceAll("'", "''")}'`;
    }
  }
  return defaults;
}

export function keptAs(columns: readonly string[], column: string): string {
  return `c${columns.indexOf(column) + 1}`;
}

async function partsOf(session: Session, [name, , partial, sql]: Row): Promise<UniquePart[]> {
  const columns = await session.query(
    'SELECT name, coll FROM pragma_index_xinfo(?, ?) WHERE key = 1 ORDER BY seqno',
    [name as string, 'main'],
  );
  const clauses = sql === null ? null : indexClauses(name as string, sql as string);
  const parts = columns.map(
    ([column, collation], i): UniquePart => ({
      column: column as string | null,
      expression: column === null ? `(${clauses?.expressions[i]})` : quote(column as string),
      collation: collation as string,
    }),
  );
  if (partial === 0n || !clauses?.predicate) return parts;
  return [...parts, { column: null, expression: `(${clauses.predicate})`, collation: null }];
}

const indexesSql = `
  SELECT i.name, i.origin, i.partial, s.sql
  FROM pragma_index_list(?, 'main') i
  LEFT JOIN main.sqlite_schema s ON s.type = 'index' AND s.name = i.name
  WHERE i."unique" = 1
  ORDER BY i.name`;
