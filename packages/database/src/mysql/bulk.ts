import type { Dialect } from '../dialect.js';
import { lineEnds } from '../line-ends.js';
import { selected } from './image.js';
import { LineCollector, segments } from './lines.js';
import { type Head, headOf, type Target, targetOf, writeLines } from './load-lines.js';
import { quote, quoteTable } from './quote.js';
import type { BulkSession } from './session.js';

/** Lines that are loaded by one statement, in bytes. */
const segmentSize = 2_000_000;

/**
 * Rows as lines of bytes. Nothing is translated on the way: a character set may hold characters
 * that Unicode has not, or has once where it has them twice.
 */
export const bulk: NonNullable<Dialect['bulk']> = {
  format: 'mysql-lines',

  // The first line is the head.
  rowsIn: (chunk, isFirst) => lineEnds(chunk) - (isFirst ? 1 : 0),

  async *read(session, table, columns) {
    const head: Head = { charsets: columns.map(({ characterSet }) => characterSet ?? null) };
    const collector = new LineCollector(Buffer.from(`${JSON.stringify(head)}\n`));
    // The server would translate a text into the character set of the connection.
    const list = columns.map((column) =>
      column.characterSet ? `CAST(${quote(column.name)} AS BINARY)` : selected(column),
    );
    const key = table.primaryKey?.columns.map(quote).join(', ');
    const sql = `SELECT ${list.join(', ') || 'NULL'} FROM ${quoteTable(table)}${key ? ` ORDER BY ${key}` : ''}`;
    for await (const chunks of (session as BulkSession).pieces(sql, collector)) yield* chunks;
  },

  async write(session, table, columns, chunks, onRows) {
    let into: Target | null = null;
    let rows = 0;
    const pieces = segments(chunks, segmentSize);
    let coming = pieces.next();
    try {
      while (true) {
        const { value: piece, done } = await coming;
        if (done) return rows;
        let lines = piece;
        if (!into) {
          const end = lines.indexOf('\n');
          into = targetOf(session as BulkSession, table, columns, headOf(lines.subarray(0, end)));
          lines = lines.subarray(end + 1);
        }
        // The next lines are read while the server takes these; what goes wrong there is told then.
        coming = pieces.next();
        coming.catch(() => {});
        if (lines.length > 0) rows += await writeLines(into, lines, rows);
        onRows(rows);
      }
    } finally {
      await pieces.return(undefined);
    }
  },
};
