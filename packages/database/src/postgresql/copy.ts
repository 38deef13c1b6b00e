import { type Dialect, RowRefused } from '../dialect.js';
import type { Session } from '../driver.js';
import { lineEnds } from '../line-ends.js';
import type { Column, Row, Table, Value } from '../model.js';
import { copyField } from './copy-field.js';
import { fields } from './copy-fields.js';
import { quote, quoteTable } from './quote.js';
import { SentRows } from './sent-rows.js';

/** A session of this dialect can also move rows by COPY, in its text format and in UTF-8. */
export interface CopySession extends Session {
  copyOut(sql: string): AsyncIterable<Uint8Array>;
  /**
   * @returns how many rows the server has taken
   * @throws an error with `rowsBefore`, where it counts lines only from there
   */
  copyIn(sql: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number>;
}

/** Without columns there is no list: then COPY means all that can be written, here none. */
function columnList(columns: readonly Column[]): string {
  return columns.length === 0 ? '' : ` (${columns.map(({ name }) => quote(name)).join(', ')})`;
}

export async function copyRows(
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const text = rows.map((row) => `${row.map(copyField).join('\t')}\n`).join('');
  await copyIn(session, table, columns, [Buffer.from(text)]);
}

function copyIn(
  session: Session,
  table: Table,
  columns: readonly Column[],
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const sql = `COPY ${quoteTable(table)}${columnList(columns)} FROM`;
  return (session as CopySession).copyIn(sql, chunks);
}

/** The same of batches that hold a list of values for each column. */
export async function copyColumns(
  session: Session,
  table: Table,
  columns: readonly Column[],
  batches: AsyncIterable<readonly (readonly Value[])[]>,
): Promise<void> {
  async function* chunks() {
    for await (const lists of batches) yield Buffer.from(linesOf(lists));
  }
  await copyIn(session, table, columns, chunks());
}

function linesOf(lists: readonly (readonly Value[])[]): string {
  const fields = lists.map((list) => list.map(copyField));
  const size = fields[0]?.length ?? 0;
  let text = '';
  for (let row = 0; row < size; row += 1) {
    for (let i = 0; i < fields.length; i += 1) {
      if (i > 0) text += '\t';
      text += (fields[i] as string[])[row];
    }
    text += '\n';
  }
  return text;
}

/** The line of the COPY that an error is about. */
function lineOf(error: unknown): number | null {
  const { where, rowsBefore = 0 } = error as { where?: string; rowsBefore?: number };
  const line = /, line (\d+)/.exec(where ?? '')?.[1];
  return line === undefined ? null : Number(line) + rowsBefore;
}

/**
 * Foreign keys are checked when all rows are there, so that no line is told, but the values of the
 * key: `Key (a, b)=(1, 2) is not present`.
 */
function pointing(table: Table, columns: readonly Column[], error: unknown): (row: Row) => boolean {
  const { constraint, detail } = error as { constraint?: string; detail?: string };
  const key = table.foreignKeys.find(({ name }) => name === constraint);
  if (!key) return () => false;
  const places = key.columns.map((name) => columns.findIndex((column) => column.name === name));
  return (row) => detail?.includes(`)=(${places.map((i) => row[i]).join(', ')}) `) ?? false;
}

/** Rows in the text format of COPY, as the server itself writes it. */
export const bulk: NonNullable<Dialect['bulk']> = {
  format: 'copy-text',
  rowsIn: lineEnds,
  fields,

  read(session, table, columns) {
    const list = columns.map(({ name }) => quote(name)).join(', ');
    const from = `${table.hasHeirs ? 'ONLY ' : ''}${quoteTable(table)}`;
    const key = table.primaryKey?.columns.map(quote).join(', ');
    const query = `SELECT ${list} FROM ${from}${key ? ` ORDER BY ${key}` : ''}`;
    return (session as CopySession).copyOut(`COPY (${query}) TO`);
  },

  async write(session, table, columns, chunks, onRows) {
    const sent = new SentRows();
    try {
      return await copyIn(session, table, columns, sent.pass(chunks, onRows));
    } catch (error) {
      const number = lineOf(error);
      const row = number === null ? null : sent.row(number);
      if (number !== null && row !== null) throw new RowRefused(number, row, error);
      const orphan = sent.find(pointing(table, columns, error));
      throw orphan ? new RowRefused(orphan.number, orphan.row, error) : error;
    }
  },
};
