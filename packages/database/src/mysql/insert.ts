import type { Column, Row, Table, Value } from '../model.js';
import { hexLiteral, literal, quote, quoteTable } from './quote.js';
import type { MysqlSession } from './session.js';

/** Bytes that one statement may have, so that it fits the packets of any server. */
const statementSize = 1_000_000;

/** How the value of the i-th column is written: in the statement, or where it is bound. */
export interface Writing {
  literal(value: Value, i: number): string;
  mark(i: number, value: Value, column: Column): string;
}

const plain: Writing = {
  literal: valueLiteral,
  // Bound bytes count as text of the connection, unless they are told to be none.
  mark: (_, value, { characterSet }) =>
    characterSet && value instanceof Uint8Array ? 'CAST(? AS BINARY)' : '?',
};

export async function insert(
  session: MysqlSession,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
  writing: Writing = plain,
): Promise<void> {
  const limit = session.maxPacket - 1024;
  for (const statement of statements(table, columns, rows, writing)) {
    if (statement.size <= limit) await session.run(statement.sql);
    else for (const row of statement.rows) await insertBound(session, table, columns, row, writing);
  }
}

/** A row with large values takes half of the room when its bytes are bound. */
async function insertBound(
  session: MysqlSession,
  table: Table,
  columns: readonly Column[],
  row: Row,
  writing: Writing,
): Promise<void> {
  const size = row.reduce<number>((sum, value) => sum + sizeOf(value), 0);
  if (size + 1024 > session.maxPacket) {
    const [needed, given] = [size + 1024, session.maxPacket];
    throw new Error(`a row of ${needed} bytes is over the max_allowed_packet of ${given} bytes`);
  }
  await session.execute(
    `${head(table, columns)} (${row.map((value, i) => writing.mark(i, value, columns[i] as Column)).join(', ')})`,
    row,
  );
}

function sizeOf(value: Value): number {
  return value instanceof Uint8Array ? value.length + 9 : Buffer.byteLength(String(value)) + 9;
}

export function insertScript(
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): string {
  return [...statements(table, columns, rows, plain)].map(({ sql }) => `${sql};\n`).join('');
}

interface Statement {
  readonly sql: string;
  /** In bytes. */
  readonly size: number;
  readonly rows: readonly Row[];
}

/** Rows as statements that fit the packets of any server, where no row is too large for that. */
export function* statements(
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
  writing: Writing = plain,
): Generator<Statement> {
  const begin = head(table, columns);
  let [tuples, inside, size]: [string[], Row[], number] = [[], [], 0];
  const statement = () => ({ sql: `${begin}\n${tuples.join(',\n')}`, size, rows: inside });
  for (const row of rows) {
    const tuple = `(${row.map(writing.literal).join(', ')})`;
    const bytes = Buffer.byteLength(tuple) + 2;
    if (tuples.length > 0 && size + bytes > statementSize) {
      yield statement();
      [tuples, inside, size] = [[], [], 0];
    }
    if (size === 0) size = Buffer.byteLength(begin) + 1;
    tuples.push(tuple);
    inside.push(row);
    size += bytes;
  }
  if (tuples.length > 0) yield statement();
}

function head(table: Table, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => quote(name)).join(', ');
  return `INSERT INTO ${quoteTable(table)} (${names}) VALUES`;
}

export function valueLiteral(value: Value): string {
  if (value === null) return 'NULL';
  return value instanceof Uint8Array ? hexLiteral(value) : literal(String(value));
}
