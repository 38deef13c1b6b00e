import { RowRefused } from '../dialect.js';
import type { Column, Row, Table, Value } from '../model.js';
import { explain } from './explain.js';
import { isGeometry } from './image.js';
import { insert, type Writing } from './insert.js';
import { countLines, linesOf, rowsOfLines } from './lines.js';
import { hexLiteral, literal, quote, quoteTable } from './quote.js';
import type { BulkSession } from './session.js';

/** The first line of all: in which character set each column is, null for one without. */
export interface Head {
  readonly charsets: readonly (string | null)[];
}

/** Reads the first line. It may come from a file, and character sets become a part of SQL. */
export function headOf(line: Buffer): Head {
  const { charsets } = JSON.parse(line.toString()) as { charsets?: unknown };
  const isName = (it: unknown) => it === null || (typeof it === 'string' && /^[a-z0-9]+$/.test(it));
  if (Array.isArray(charsets) && charsets.every(isName)) return { charsets };
  throw new Error('the first line of the bytes does not tell the character sets of the columns');
}

/** Fewer rows than these are inserted as fast. */
const fewRows = 50;

/** Writes a batch of rows: many of them by LOAD DATA, which takes half the time. */
export async function writeRows(
  session: BulkSession,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const lines = session.takesFiles && rows.length >= fewRows ? linesOf(rows) : null;
  if (lines) {
    const charsets = columns.map(({ characterSet }) => (characterSet ? 'utf8mb4' : null));
    await session.run('SAVEPOINT hfit_lines');
    const into = targetOf(session, table, columns, { charsets });
    if (await loadLines(into, lines, rows.length)) return;
    await session.run('ROLLBACK TO SAVEPOINT hfit_lines');
  }
  await insert(session, table, columns, rows);
}

export interface Target {
  readonly session: BulkSession;
  readonly table: Table;
  readonly columns: readonly Column[];
  /** What the bytes of a column are read as, where they are not what it holds. */
  readonly translated: readonly (string | null)[];
  readonly writing: Writing;
}

export function targetOf(
  session: BulkSession,
  table: Table,
  columns: readonly Column[],
  { charsets }: Head,
): Target {
  if (charsets.length !== columns.length) {
    throw new Error(`the bytes are of ${charsets.length} columns, not of ${columns.length}`);
  }
  const translated = columns.map((column, i) => {
    const charset = charsets[i] ?? null;
    if (charset !== null) return charset === column.characterSet ? null : charset;
    // What has no character set is text all the same, and some types would take it for bytes.
    return column.characterSet || isReadAsText(column) ? 'utf8mb4' : null;
  });
  return { session, table, columns, translated, writing: writingOf(columns, charsets) };
}

function isReadAsText(column: Column): boolean {
  return (
    column.kind === 'json' ||
    column.kind === 'uuid' ||
    (column.kind === 'other' && !isGeometry(column))
  );
}

/** How values are written one by one: texts by the bytes that they have in their character set. */
function writingOf(columns: readonly Column[], charsets: readonly (string | null)[]): Writing {
  const isBytes = columns.map((column) => column.kind === 'binary' || isGeometry(column));
  return {
    literal(value, i) {
      if (value === null) return 'NULL';
      const charset = charsets[i];
      if (charset) return `_${charset} ${hexLiteral(value as Uint8Array)}`;
      return isBytes[i] ? hexLiteral(value as Uint8Array) : literal(String(value));
    },
    mark: (i) => (charsets[i] ? `CONVERT(CAST(? AS BINARY) USING ${charsets[i]})` : '?'),
  };
}

/** @returns how many there were */
export async function writeLines(target: Target, lines: Buffer, before: number): Promise<number> {
  const { session } = target;
  const count = countLines(lines);
  await session.run('SAVEPOINT hfit_lines');
  if (!(await loadLines(target, lines, count))) {
    await session.run('ROLLBACK TO SAVEPOINT hfit_lines');
    await insertLines(target, [...rowsOfLines(lines)], before);
  }
  return count;
}

/**
 * Loads lines by LOAD DATA, where the server and the connection allow it.
 * @returns false where a line was not taken as it is: of a file of the client, the server passes
 *   over what is wrong, and only counts it
 */
async function loadLines(target: Target, lines: Buffer, count: number): Promise<boolean> {
  const { session, table, columns, translated } = target;
  if (!session.takesFiles) return false;
  // Where any column is set, the server takes a 0 for a new number unless that is set, too.
  const isSet = (column: Column, i: number) =>
    translated[i] || (column.identity !== null && translated.some((it) => it));
  const places = columns.map((it, i) => (isSet(it, i) ? variable(i) : quote(it.name)));
  const set = columns.flatMap((it, i) => {
    const value = translated[i] ? `CONVERT(${variable(i)} USING ${translated[i]})` : variable(i);
    return isSet(it, i) ? `${quote(it.name)} = ${value}` : [];
  });
  const sql =
    `LOAD DATA LOCAL INFILE 'hfit' INTO TABLE ${quoteTable(table)} CHARACTER SET binary ` +
    `FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ` +
    `(${places.join(', ')})${set.length > 0 ? ` SET ${set.join(', ')}` : ''}`;
  try {
    const { rows, warnings } = await session.sendFile(sql, lines);
    return warnings === 0 && rows === count;
  } catch (error) {
    if (explain(error).end) throw error;
    return false;
  }
}

const variable = (i: number) => `@hfit_v${i + 1}`;

/** Inserts what LOAD DATA did not take, and finds the row that is wrong. */
async function insertLines(
  target: Target,
  rows: readonly (Buffer | null)[][],
  before: number,
): Promise<void> {
  const { session, table, columns, writing } = target;
  await session.run('SAVEPOINT hfit_lines');
  try {
    await insert(session, table, columns, rows, writing);
  } catch (error) {
    if (explain(error).end) throw error;
    await session.run('ROLLBACK TO SAVEPOINT hfit_lines');
    if (rows.length === 1) {
      throw new RowRefused(before + 1, shownRow(target, rows[0] as Row), error);
    }
    const half = Math.ceil(rows.length / 2);
    await insertLines(target, rows.slice(0, half), before);
    await insertLines(target, rows.slice(half), before + half);
  }
}

function shownRow({ columns }: Target, row: Row): Row {
  return row.map((value, i): Value => {
    const column = columns[i] as Column;
    return value === null || column.kind === 'binary' ? value : String(value);
  });
}
