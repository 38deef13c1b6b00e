import { Readable } from 'node:stream';
import type { Connection, FieldPacket, ResultSetHeader, TypeCastField } from 'mysql2';
import type { Row, Value } from '../model.js';
import { textValue } from './text.js';

/** Of a connection with the callbacks of mysql2; its promise flavour wraps one of these. */
export type { Connection } from 'mysql2';

/**
 * Options under which the values of rows stay the bytes that the server sent. `typeCast` is a
 * function, because false would leave the field to a function of the user's handle.
 */
export const raw = (sql: string) => ({
  sql,
  values: [],
  rowsAsArray: true,
  nestTables: false as const,
  typeCast: (field: TypeCastField) => field.buffer(),
  namedPlaceholders: false,
});

const wireTypes = { bit: 16, json: 245, vector: 242, geometry: 255 };
const binaryCharset = 63;
/** From `varchar` to `string`, with the blobs among them: text or bytes, as their charset says. */
const isString = (type: number) => type === 15 || (type >= 247 && type <= 254);

/** Whether the values of a field are bytes; those of all others are text. */
export function isBinary({ columnType = 0, characterSet }: FieldPacket): boolean {
  const { bit, vector, geometry } = wireTypes;
  if (isString(columnType)) return characterSet === binaryCharset;
  return columnType === bit || columnType === vector || columnType === geometry;
}

/** Whether a field is an expression, and not a column as it is. */
export const isMade = ({ orgName }: FieldPacket & { orgName?: string }) => !orgName;

/** Makes values of what the server sent. */
function decoder(fields: readonly FieldPacket[]): (row: (Buffer | null)[]) => Row {
  const binary = fields.map(isBinary);
  const made = fields.map(isMade);
  const decode = (bytes: Buffer | null, i: number): Value => {
    if (bytes === null) return null;
    // A copy, or a few bytes would keep the whole packet that they came in.
    return binary[i] ? Buffer.from(bytes) : textValue(bytes, 0, bytes.length, made[i] as boolean);
  };
  return (row) => row.map(decode);
}

/** The error would carry a whole INSERT with its rows into every log. */
function withoutStatement(error: Error & { sql?: unknown }): Error {
  delete error.sql;
  return error;
}

/** Runs one statement and reads all its rows. */
export function send(connection: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(raw(sql), (error, rows, fields) => {
      if (error) reject(withoutStatement(error));
      else if (!fields) resolve([]);
      else resolve((rows as unknown as (Buffer | null)[][]).map(decoder(fields)));
    });
  });
}

/** A flag of the handshake: several statements may come in one packet. */
const multiStatements = 65536;

/**
 * Runs statements one after the other up to the first that fails, in one packet where the connection
 * was opened for that.
 * @param maxPacket in bytes
 * @returns the rows of each
 */
export async function sendAll(
  connection: Connection,
  statements: readonly string[],
  maxPacket: number,
): Promise<Row[][]> {
  const sql = statements.join(';\n');
  const one =
    statements.length > 1 &&
    (flagsOf(connection) & multiStatements) !== 0 &&
    Buffer.byteLength(sql) < maxPacket - 1024;
  return one ? sendOnce(connection, sql) : sendEach(connection, statements);
}

async function sendEach(connection: Connection, statements: readonly string[]): Promise<Row[][]> {
  const results: Row[][] = [];
  for (const statement of statements) results.push(await send(connection, statement));
  return results;
}

/** Sends what has several answers, or one that has no rows; gives the rows of each. */
function sendOnce(connection: Connection, sql: string): Promise<Row[][]> {
  return new Promise((resolve, reject) => {
    connection.query(raw(sql), (error, results, fields) => {
      if (error) return reject(withoutStatement(error));
      const all = (fields ?? []) as unknown as (FieldPacket[] | undefined)[];
      const rows = results as unknown as (Buffer | null)[][][];
      resolve(all.map((it, i) => (it ? (rows[i] ?? []).map(decoder(it)) : [])));
    });
  });
}

const syntaxError = 1064;
/** Connections to servers that have no compound statements, as MySQL. */
const plain = new WeakSet<Connection>();

/**
 * The same for statements that may stand in a routine, on any connection: MariaDB takes them as one,
 * of which no other may be made by what is quoted wrongly.
 * @returns the rows of those that have any
 */
export async function sendTogether(
  connection: Connection,
  statements: readonly string[],
  maxPacket: number,
): Promise<Row[][]> {
  const sql = `BEGIN NOT ATOMIC ${statements.map((it) => `${it};`).join('\n')} END`;
  const one =
    statements.length > 1 && !plain.has(connection) && Buffer.byteLength(sql) < maxPacket - 1024;
  if (one) {
    try {
      return (await sendOnce(connection, sql)).slice(0, -1);
    } catch (error) {
      // Nothing of it was run.
      if ((error as { errno?: number }).errno !== syntaxError) throw error;
      plain.add(connection);
    }
  }
  return sendEach(connection, statements);
}

function flagsOf(connection: Connection): number {
  return (connection.config as { clientFlags?: number }).clientFlags ?? 0;
}

/** Whether a transaction is open on this connection. */
export function inTransaction(connection: Connection): Promise<boolean> {
  return new Promise((resolve, reject) => {
    connection.query(raw('DO 0'), (error, result) => {
      if (error) reject(error);
      else resolve(((result as { serverStatus?: number }).serverStatus ?? 0) % 2 === 1);
    });
  });
}

/** Runs a statement with bound values, by the protocol of prepared statements. */
export function execute(
  connection: Connection,
  sql: string,
  values: readonly Value[],
): Promise<void> {
  const bound = values.map((value) => {
    if (value instanceof Uint8Array) return Buffer.from(value);
    return value === null ? null : String(value);
  });
  return new Promise<void>((resolve, reject) => {
    connection.execute(sql, bound, (error) =>
      error ? reject(withoutStatement(error)) : resolve(),
    );
  }).finally(() => connection.unprepare(sql));
}

/**
 * Prepares a query whose values are bound. What a prepared statement answers over the wire is
 * binary, so the values go into variables of the session, and SQL executes the query with them.
 * @returns the statement that runs it, and answers as text
 */
export async function prepare(
  connection: Connection,
  sql: string,
  parameters: readonly Value[],
): Promise<string> {
  const names = parameters.map((_, i) => variable(i));
  const set = ['@hfit_sql', ...names].map((name) => `${name} = ?`).join(', ');
  await execute(connection, `SET ${set}`, [sql, ...parameters]);
  await send(connection, 'PREPARE hfit_statement FROM @hfit_sql');
  return `EXECUTE hfit_statement USING ${names.join(', ')}`;
}

/** Statements that forget the variables of up to `count` parameters. */
export function forget(count: number): string[] {
  const names = ['@hfit_sql', ...Array.from({ length: count }, (_, i) => variable(i))];
  return [
    `SET ${names.map((name) => `${name} = NULL`).join(', ')}`,
    'DEALLOCATE PREPARE hfit_statement',
  ];
}

const variable = (i: number) => `@hfit_p${i + 1}`;

/** What became of a file that was sent. */
export interface FileTaken {
  readonly rows: number;
  readonly warnings: number;
}

/** A flag of the handshake: without it the server refuses files, whatever it is set to. */
const localFiles = 128;

export function takesFiles(connection: Connection): boolean {
  return (flagsOf(connection) & localFiles) !== 0;
}

/** In bytes; a packet of the protocol may hold more, but not on every server. */
const pieceSize = 256 * 1024;

/** Runs a LOAD DATA LOCAL, and sends these bytes as its file. */
export function sendFile(connection: Connection, sql: string, file: Buffer): Promise<FileTaken> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < file.length; at += pieceSize)
    pieces.push(file.subarray(at, at + pieceSize));
  const options = { ...raw(sql), infileStreamFactory: () => Readable.from(pieces) };
  return new Promise((resolve, reject) => {
    connection.query(options, (error, result) => {
      if (error) return reject(withoutStatement(error));
      const { affectedRows, warningStatus } = result as ResultSetHeader;
      resolve({ rows: affectedRows, warnings: warningStatus });
    });
  });
}
