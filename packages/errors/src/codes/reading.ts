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
  HFIT_VOLUME_UNKNOWN: {
    kind: 'missing',
    what: 'there is no volume named "{volume}"',
    todo: 'See which there are: hfit volume list',
  },
  HFIT_FILES_FILTER: {
    kind: 'input',
    what: 'the filter "{filter}" cannot be read: {reason}',
    todo: 'Filters are name:GLOB, mtime:DAYS, mtime:-DAYS, size:BYTES, size:>BYTES, size:<BYTES and sort:mtime|size|name|path, with :asc or :desc behind it.',
  },
  HFIT_FILES_MANY: {
    kind: 'conflict',
    what: 'more than {most} files fit, and so many are not put in order',
    todo: 'Ask without sort, which gives files as they are found; or narrow the filters.',
  },
  HFIT_FILES_DEEP: {
    kind: 'conflict',
    what: 'the folders of volume {volume} are more than {most} levels deep',
    todo: 'Ask for one folder in it.',
  },
  HFIT_FILE_CHANGED: {
    kind: 'conflict',
    what: 'the file was changed while it was sent',
    todo: 'What came is no copy of it: ask for it again.',
  },
});
