import { type Filter, parseFilter } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

/** What is asked of a table, as it stands in the URL. */
export interface RowsQuery {
  readonly filter?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly after?: string;
  readonly count?: string;
}

/** The same, read. */
export interface Asked {
  readonly filter: Filter;
  /** The limit that stands in the filter. */
  readonly most: number | null;
  readonly limit: number | null;
}

/** The most rows that one page has, and how many it has unasked. */
export const page = { most: 1000, usual: 100 } as const;

/**
 * Reads a filter, an order as `name:desc,id`, and a limit.
 * @throws HFIT_FILTER_SYNTAX, HFIT_REQUEST_INVALID
 */
export function readQuestion({ filter = '', sort, limit }: RowsQuery): Asked {
  const read = parseFilter(filter);
  const order = sort === undefined ? [] : sort.split(',').map(orderOf);
  if (order.length > 0 && read.orderBy.length > 0) {
    throw invalid('there is an order in the filter and another one in sort');
  }
  const most = numberOf(read.limit?.pieces[0]);
  return {
    filter: { ...read, limit: null, orderBy: order.length > 0 ? order : read.orderBy },
    most,
    limit: limit === undefined ? null : numberOf(limit),
  };
}

function orderOf(text: string): Filter['orderBy'][number] {
  const [, column = '', way = 'asc'] = /^\s*(.+?)\s*(?::(asc|desc))?\s*$/is.exec(text) ?? [];
  if (column === '') throw invalid('sort is a list as in: name:desc,id');
  return { column, descending: way.toLowerCase() === 'desc' };
}

function numberOf(text: unknown): number | null {
  if (text === undefined) return null;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw invalid('the limit is a whole number');
}

function invalid(reason: string): HfitError {
  return new HfitError('HFIT_REQUEST_INVALID', { reason });
}
