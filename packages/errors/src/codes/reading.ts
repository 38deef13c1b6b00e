import { defineCodes } from '../define.js';

/** Rows and files that a daemon gives out. */
export const reading = defineCodes({
  HFIT_ROWS_PLACE: {
    kind: 'input',
    what: 'the place to go on from does not belong to this question',
    todo: 'Give as "after" the "next" of the page before, and ask for the same table, filter and sort; or begin again without it.',
  },
  HFIT_ROWS_UNORDERED: {
    kind: 'conflict',
    what: 'there are more than {rows} rows, and no order in which pages of them could be told apart: that takes a key that the policy keeps, and sorts by columns that it keeps',
    todo: 'Narrow the filter so that one page holds all rows, leave the sort away, or ask for lines (accept: application/x-ndjson).',
  },
  HFIT_ROWS_LIMIT: {
    kind: 'denied',
    what: 'you may have {most} rows in one answer',
    todo: 'Give a limit of at most {most}, or ask for pages.',
  },
  HFIT_BYTES_LIMIT: {
    kind: 'denied',
    what: 'you may have {most} bytes in one answer',
    todo: 'Narrow the filter, or ask for pages.',
  },
});
