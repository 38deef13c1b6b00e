import { type Dataset, findColumn, type Row, type Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { fromJson } from './values.js';
import { version } from './write.js';

type Head = Pick<Dataset, 'dialect' | 'schemas' | 'create' | 'tables' | 'references'> & {
  hfit: number;
};
type TableLine = { table: number; columns: string[] };

const batchSize = 1000;

/**
 * Reads what `lines` wrote, a batch at a time. The rows can be read once.
 * @throws HFIT_STREAM_FORMAT where it is something else; HFIT_STREAM_INCOMPLETE, while the rows
 *   are read, where the end is missing
 */
export async function readLines(body: AsyncIterable<Uint8Array>): Promise<Dataset> {
  const lines = splitLines(body);
  const first = await lines.next();
  const head = parse(first.done ? '' : first.value) as Head;
  if (head?.hfit !== version || !Array.isArray(head.tables)) {
    throw new HfitError('HFIT_STREAM_FORMAT', { reason: 'its head is of another form or version' });
  }
  const { hfit: _, ...told } = head;
  return { ...told, rows: () => readTables(told.tables, lines) };
}

async function* readTables(tables: readonly Table[], lines: AsyncGenerator<string>) {
  let rows = 0;
  let current = await nextLine(lines);
  while (!isEnd(current)) {
    const { table: index, columns: names } = current as TableLine;
    const table = tables[index];
    if (!table) throw new HfitError('HFIT_STREAM_FORMAT', { reason: 'a table is not in its head' });
    const columns = names.map((name) => findColumn(table, name));
    yield { table, columns, batches: batches(columns.length) };
  }
  const { end } = current as { end: { rows: number } };
  if (end.rows !== rows) {
    const reason = `${rows} rows came of ${end.rows}`;
    throw new HfitError('HFIT_STREAM_INCOMPLETE', { reason });
  }

  async function* batches(width: number): AsyncGenerator<Row[]> {
    let batch: Row[] = [];
    for (current = await nextLine(lines); Array.isArray(current); current = await nextLine(lines)) {
      batch.push(rowOf(current, width));
      rows += 1;
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

function isEnd(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'end' in line;
}

function rowOf(json: unknown[], width: number): Row {
  const row = json.map(fromJson);
  if (row.length === width && !row.includes(undefined)) return row as Row;
  throw new HfitError('HFIT_STREAM_FORMAT', { reason: 'a row does not fit its table' });
}

async function nextLine(lines: AsyncGenerator<string>): Promise<unknown> {
  const { done, value } = await lines.next();
  if (!done) return parse(value);
  throw new HfitError('HFIT_STREAM_INCOMPLETE', { reason: 'the end mark is missing' });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line cut in the middle is the same as one that never came.
    if (line !== '' && !line.startsWith('{') && !line.startsWith('[')) {
      throw new HfitError('HFIT_STREAM_FORMAT', { reason: 'a line is no JSON' });
    }
    throw new HfitError('HFIT_STREAM_INCOMPLETE', { reason: 'a line was cut' });
  }
}

/** In UTF-16 units: a text of JavaScript cannot be much longer. */
const longestLine = 500e6;

/** @throws HFIT_STREAM_FORMAT */
export async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // Pieces of a line: to join them with each chunk would copy a long one again and again.
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      const end = text.slice(from, to);
      yield begun.length === 0 ? end : begun.join('') + end;
      begun = [];
      length = 0;
      from = to + 1;
    }
    if (from === text.length) continue;
    begun.push(text.slice(from));
    length += text.length - from;
    if (length > longestLine) {
      throw new HfitError('HFIT_STREAM_FORMAT', { reason: 'a line has no end' });
    }
  }
  if (begun.length > 0) yield begun.join('');
}
