import type { Check, Column, ForeignKey, Key, KeyAction, Row, UniqueIndex } from '../model.js';
import { quote, unescaped } from './quote.js';

interface Part {
  /** Null for an expression. */
  readonly column: string | null;
  /** The column, its beginning or the expression, as SQL. */
  readonly sql: string;
  readonly whole: boolean;
}

export interface UniqueKeys {
  readonly primaryKey: Key | null;
  readonly uniques: readonly Key[];
  readonly indexes: readonly UniqueIndex[];
}

/**
 * Sorts unique keys out: over whole columns, or over beginnings and expressions. A primary key over
 * beginnings is both, as it tells rows apart too.
 * @param columns those that exist for us: a versioned table has the end of its row in each key
 */
export function uniqueKeys(rows: readonly Row[], columns: readonly Column[]): UniqueKeys {
  const known = new Set(columns.map(({ name }) => name));
  const keys = [...grouped(rows)].map(([name, parts]) => ({
    name,
    parts: parts.filter(({ column }) => column === null || known.has(column)),
  }));
  const isWhole = ({ parts }: { parts: Part[] }) => parts.every(({ whole }) => whole);
  const named = ({ name, parts }: { name: string; parts: Part[] }) => ({
    name,
    columns: parts.map(({ column }) => column as string),
  });
  const primary = keys.find(({ name }) => name === 'PRIMARY');
  return {
    primaryKey: primary ? named(primary) : null,
    uniques: keys.filter((it) => it !== primary && isWhole(it)).map(named),
    indexes: keys
      .filter((it) => !isWhole(it))
      .map(({ name, parts }) => ({
        name,
        expressions: parts.map(({ sql }) => sql),
        predicate: null,
      })),
  };
}

function grouped(rows: readonly Row[]): Map<string, Part[]> {
  const keys = new Map<string, Part[]>();
  for (const row of rows) {
    const [, , name, column, length, expression] = row as (string | null)[];
    const parts = keys.get(name as string) ?? [];
    keys.set(name as string, parts);
    if (column === null || column === undefined) {
      parts.push({ column: null, sql: `(${unescaped(expression ?? '')})`, whole: false });
    } else if (length === null) {
      parts.push({ column, sql: quote(column), whole: true });
    } else {
      parts.push({ column, sql: `left(${quote(column)}, ${length})`, whole: false });
    }
  }
  return keys;
}

export function foreignKeys(rows: readonly Row[], schemaOf: (database: string) => string) {
  const keys = new Map<string, ForeignKey & { columns: string[]; targetColumns: string[] }>();
  for (const row of rows) {
    const [, , name, column, database, table, targetColumn, onUpdate, onDelete] = row as string[];
    const key = keys.get(name as string) ?? {
      name: name as string,
      columns: [],
      target: { schema: schemaOf(database as string), name: table as string },
      targetColumns: [],
      onUpdate: actionOf(onUpdate),
      onDelete: actionOf(onDelete),
      deferrable: 'never' as const,
    };
    keys.set(key.name, key);
    key.columns.push(column as string);
    key.targetColumns.push(targetColumn as string);
  }
  return [...keys.values()];
}

/** Without the privilege to see it, a key counts as one that does nothing. */
function actionOf(rule: string | null | undefined): KeyAction {
  return (rule ?? 'no action').toLowerCase() as KeyAction;
}

/**
 * Checks of the table and of its columns, but for the one that makes a text JSON. MySQL escapes
 * what it shows.
 */
export function checks(
  rows: readonly Row[],
  columns: readonly Column[],
  isMariadb: boolean,
): Check[] {
  const json = new Set(
    columns
      .filter(({ kind }) => kind === 'json')
      .map(({ name }) => JSON.stringify([name, `json_valid(${quote(name)})`])),
  );
  return rows
    .map(([, , name, clause]) => [name, clause] as [string, string])
    .filter((it) => !json.has(JSON.stringify(it)))
    .map(([name, clause]) => ({ name, condition: isMariadb ? clause : unescaped(clause) }));
}
