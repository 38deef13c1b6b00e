import type { Database, Filter, Row } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { MaskedRows } from '@hot-fixture/extract';
import type { Limits } from '../access/rights.js';
import { rowWriter } from './json.js';
import type { Place, Places, Question } from './next.js';
import { type Asked, page } from './question.js';

/** A page is not made longer than this, in characters; one row may be. */
const longest = 4 * 2 ** 20;

export interface PageRequest {
  readonly rows: MaskedRows;
  readonly dialect: Database['dialect'];
  readonly asked: Asked;
  readonly limits: Limits;
  readonly places: Places;
  readonly question: Question;
  /** Where the page before ended. */
  readonly after: string | undefined;
  readonly counted: boolean;
}

/**
 * Reads one page: the JSON text of it, and how many rows are in it. It ends where it would have more
 * bytes than the limits let it have.
 * @throws HFIT_BYTES_LIMIT where not even one row fits, HFIT_ROWS_PLACE, HFIT_ROWS_UNORDERED, and what `MaskedRows` throws
 */
export async function readPage(request: PageRequest): Promise<{ text: string; rows: number }> {
  const { rows, asked, places, question, limits } = request;
  const order = orderOf(rows, asked.filter.orderBy);
  const after = request.after === undefined ? null : places.read(request.after, question);
  if (after && after.values.length !== order?.length) throw new HfitError('HFIT_ROWS_PLACE', {});
  const left = after ? after.left : asked.most;
  const size = Math.min(asked.limit ?? page.usual, page.most, limits.rows ?? Infinity);
  const take = Math.min(size, left ?? Infinity);
  // One more tells whether there is a next page.
  const filter = filterOf(asked, order, after, take === left ? take : take + 1);
  const write = rowWriter(request.dialect, rows.columns);
  const found: { readonly row: Row; readonly text: string; readonly bytes: number }[] = [];
  const most = limits.bytes ?? Infinity;
  let length = 0;
  let bytes = 0;
  let more = false;
  if (take > 0) {
    reading: for await (const batch of rows.read(filter)) {
      for (const row of batch) {
        more = found.length === take || length > longest;
        if (more) break reading;
        const text = write(row);
        const own = Buffer.byteLength(text) + 1;
        more = bytes + own > most;
        if (more && found.length === 0) throw new HfitError('HFIT_BYTES_LIMIT', { most });
        if (more) break reading;
        found.push({ row, text, bytes: own });
        length += text.length;
        bytes += own;
      }
    }
  }
  const count = request.counted ? `,"count":${await countOf(rows, asked)}` : '';
  const end = () => {
    if (more && !order) throw new HfitError('HFIT_ROWS_UNORDERED', { rows: found.length });
    const last = found.at(-1);
    const rest = left === null ? null : left - found.length;
    const next =
      more && order && last
        ? places.write({ values: valuesOf(rows, order, last.row), left: rest }, question)
        : null;
    return `],"next":${JSON.stringify(next)}${count}}`;
  };
  const begin = '{"rows":[';
  let text = end();
  // What is around the rows counts too.
  while (begin.length + bytes + text.length > most) {
    if (found.length < 2) throw new HfitError('HFIT_BYTES_LIMIT', { most });
    bytes -= found.pop()?.bytes ?? 0;
    more = true;
    text = end();
  }
  return { text: begin + found.map((it) => it.text).join(',') + text, rows: found.length };
}

/**
 * Reads rows as lines of JSON, in pieces of many lines.
 * @param onRows told how many rows went by
 * @throws HFIT_ROWS_LIMIT, and what `MaskedRows` throws
 */
export async function* readLines(
  { rows, dialect, asked, limits }: Omit<PageRequest, 'places' | 'question' | 'after' | 'counted'>,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  const most = Math.min(asked.limit ?? Infinity, asked.most ?? Infinity);
  if (limits.rows !== undefined && most > limits.rows) {
    throw new HfitError('HFIT_ROWS_LIMIT', { most: limits.rows });
  }
  const filter: Filter = {
    ...asked.filter,
    limit: most === Infinity ? null : { pieces: [String(most)] },
  };
  const write = rowWriter(dialect, rows.columns);
  for await (const batch of rows.read(filter)) {
    let text = '';
    for (const row of batch) text += `${write(row)}\n`;
    onRows(batch.length);
    yield text;
  }
}

type Order = Filter['orderBy'];

/** What was asked for, and a key behind it, so that each row has one place; null where none can. */
function orderOf(rows: MaskedRows, asked: Order): Order | null {
  const order: Order[number][] = [];
  for (const it of asked) {
    const column = rows.ordering(it.column);
    if (!column) return null;
    order.push({ ...it, column: column.name });
  }
  const rest = rows.key?.filter((name) => !order.some(({ column }) => column === name));
  return rest ? [...order, ...rest.map((column) => ({ column, descending: false }))] : null;
}

function filterOf(asked: Asked, order: Order | null, after: Place | null, limit: number): Filter {
  const { where, orderBy } = asked.filter;
  const seek = after && order ? ({ kind: 'after', order, values: after.values } as const) : null;
  const parts = [where, seek].filter((it) => it !== null);
  return {
    ...asked.filter,
    where: parts.length === 2 ? { kind: 'and', parts } : (parts[0] ?? null),
    orderBy: order ?? orderBy,
    limit: { pieces: [String(limit)] },
  };
}

function valuesOf(rows: MaskedRows, order: Order, row: Row): Row {
  const names = rows.columns.map(({ name }) => name);
  return order.map(({ column }) => row[names.indexOf(column)] ?? null);
}

async function countOf(rows: MaskedRows, { filter, most }: Asked): Promise<number> {
  const count = await rows.count({ ...filter, orderBy: [], limit: null });
  return Math.min(count, most ?? Infinity);
}
