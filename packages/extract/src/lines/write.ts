import { type Dataset, sameTable } from '@hot-fixture/database';
import { toJson } from './values.js';

/** Of the form of the lines; another one is refused by the reader. */
export const version = 1;

/**
 * Writes a dataset as NDJSON: a head with the tables, then for each table a line that names it and
 * a line a row, then an end that counts the rows.
 */
export async function* writeLines(dataset: Dataset): AsyncGenerator<string> {
  const { dialect, schemas, create, tables, references } = dataset;
  yield `${JSON.stringify({ hfit: version, dialect, schemas, create, tables, references })}\n`;
  let rows = 0;
  for await (const { table, columns, batches } of dataset.rows()) {
    const names = columns.map(({ name }) => name);
    yield `${JSON.stringify({ table: tables.findIndex((it) => sameTable(it, table)), columns: names })}\n`;
    for await (const batch of batches) {
      rows += batch.length;
      yield batch.map((row) => `${JSON.stringify(row.map(toJson))}\n`).join('');
    }
  }
  yield `${JSON.stringify({ end: { rows } })}\n`;
}
