import { type Marks, printable, sameValue, type TableChanges } from '@hot-fixture/changes';
import { qualified, type Row, type RowUpdate, type Value } from '@hot-fixture/database';
import { rowsOf } from '../compare/comparison.js';
import type { Difference } from '../compare/difference.js';
import { unmarked } from './marks.js';
import { acceptedAsText, sequencesAsText } from './text-asides.js';
import { counted, cut, cutAlike, inWords } from './words.js';

export interface DifferenceTextOptions {
  readonly marks?: Marks;
  /** How many rows of a table are shown before the rest is counted; 10 by default. */
  readonly rows?: number;
  /** How many tables; 20 by default. */
  readonly tables?: number;
  /** How many characters of a value; 60 by default. */
  readonly length?: number;
  /** How many characters of a row that is new or gone; 160 by default. */
  readonly width?: number;
}

type Settings = Required<DifferenceTextOptions>;

/**
 * A difference as people read it in a terminal. For each table a count, then of each row that
 * changed the columns that did, before and after, and rows that are new or gone on a line each.
 * Long values are cut where they begin to differ, the rest is counted.
 * @returns an empty text where nothing differs
 */
export function differenceAsText(
  { equal, changes, accepted }: Difference,
  options: DifferenceTextOptions = {},
): string {
  if (equal) return '';
  const settings: Settings = {
    marks: unmarked,
    rows: 10,
    tables: 20,
    length: 60,
    width: 160,
    ...options,
  };
  const { tables, sequences } = changes;
  const rest = tables.slice(settings.tables);
  const restRows = rest.reduce((sum, table) => sum + rowsOf(table), 0);
  return [
    ...tables.slice(0, settings.tables).map((table) => tableAsText(table, settings)),
    ...(rest.length > 0
      ? [
          settings.marks.aside(
            `… and ${counted(restRows, 'row')} in ${counted(rest.length, 'more table', 'more tables')}`,
          ),
        ]
      : []),
    ...(sequences.length > 0 ? [sequencesAsText(sequences, settings.marks)] : []),
    ...(accepted.length > 0 ? [acceptedAsText(accepted, settings.marks)] : []),
  ].join('\n\n');
}

function tableAsText(table: TableChanges, settings: Settings): string {
  const { updated, inserted, deleted } = table;
  const { marks, rows: most } = settings;
  const counts = [
    ...(updated.length > 0 ? [marks.updated(`${updated.length} changed`)] : []),
    ...(inserted.length > 0 ? [marks.inserted(`${inserted.length} new`)] : []),
    ...(deleted.length > 0 ? [marks.deleted(`${deleted.length} gone`)] : []),
  ];
  const shown = share([updated.length, inserted.length, deleted.length], most);
  const lines = [
    ...updated.slice(0, shown[0]).flatMap((it) => updateAsText(table, it, settings)),
    ...inserted.slice(0, shown[1]).map((row) => rowAsText(table, row, '+', settings)),
    ...deleted.slice(0, shown[2]).map((row) => rowAsText(table, row, '-', settings)),
  ];
  const rest = rowsOf(table) - shown.reduce((sum, it) => sum + it, 0);
  return [
    `${marks.heading(printable(qualified(table)))}  ${counts.join(', ')}`,
    ...lines,
    ...(rest > 0 ? [marks.aside(`  … and ${counted(rest, 'more row')}`)] : []),
  ].join('\n');
}

/** Some of each sort, so that none hides the others. */
function share(counts: readonly number[], most: number): number[] {
  const shown = counts.map((count) => Math.min(count, Math.ceil(most / 5)));
  let left = most - shown.reduce((sum, it) => sum + it, 0);
  return shown.map((it, i) => {
    const more = Math.max(0, Math.min(left, (counts[i] as number) - it));
    left -= more;
    return it + more;
  });
}

function updateAsText(table: TableChanges, update: RowUpdate, settings: Settings): string[] {
  const { before, after } = update;
  const { marks, length } = settings;
  const changed = table.columns.flatMap((column, i) => {
    const [was, is] = [before[i] as Value, after[i] as Value];
    return sameValue(was, is) ? [] : [{ column: printable(column), was, is }];
  });
  const widest = Math.min(24, Math.max(...changed.map(({ column }) => column.length)));
  return [
    `  ${marks.updated('~')} ${keyAsText(table, after, settings)}`,
    ...changed.map(({ column, was, is }) => {
      const [a, b] = cutAlike(inWords(was), inWords(is), length);
      const arrow = marks.aside('→');
      // Two long ones are read below each other.
      const between = a.length + b.length > length ? `\n${' '.repeat(widest + 5)}` : '';
      const old = `      ${column.padEnd(widest)}  ${marks.deleted(a)}`;
      return `${old}${between} ${arrow} ${marks.inserted(b)}`;
    }),
  ];
}

function keyAsText({ columns, key }: TableChanges, row: Row, { length }: Settings): string {
  return (key ?? [])
    .map((column) => `${printable(column)} ${valueAt(columns, row, column, length)}`)
    .join('  ');
}

function valueAt(columns: readonly string[], row: Row, column: string, length: number): string {
  return cut(inWords(row[columns.indexOf(column)] as Value), length);
}

/** The key first; as many columns as there is room for. */
function rowAsText(table: TableChanges, row: Row, sign: '+' | '-', settings: Settings): string {
  const { columns, key } = table;
  const { marks, width } = settings;
  const mark = sign === '+' ? marks.inserted : marks.deleted;
  const rest = columns.filter((column) => !key?.includes(column));
  const parts = [...(key ?? []), ...rest].map(
    (column) => `${printable(column)} ${valueAt(columns, row, column, settings.length)}`,
  );
  let used = 0;
  const fitting = parts.findIndex((part, i) => {
    used += part.length + 2;
    return i > 0 && used > width;
  });
  const hidden = fitting === -1 ? 0 : parts.length - fitting;
  const more = hidden > 0 ? `  … ${counted(hidden, 'more column')}` : '';
  const shown = hidden > 0 ? parts.slice(0, fitting) : parts;
  return `  ${mark(`${sign} ${shown.join('  ')}`)}${more === '' ? '' : marks.aside(more)}`;
}
