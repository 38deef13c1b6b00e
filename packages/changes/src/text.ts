import { qualified, type Row, type RowUpdate, type Value } from '@hot-fixture/database';
import type { ChangeSet, SequenceChange, TableChanges } from './change-set.js';
import { sameValue } from './value.js';

/** How the parts of a text are marked, such as by colours; each gets a text and gives it back. */
export interface Marks {
  readonly inserted: (text: string) => string;
  readonly updated: (text: string) => string;
  readonly deleted: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly aside: (text: string) => string;
}

export interface TextOptions {
  /** How many rows of a table are shown before the rest is counted; 20 by default. */
  readonly rows?: number;
  /** How many characters of a value are shown; 60 by default. */
  readonly length?: number;
  readonly marks?: Marks;
}

const as = (text: string) => text;
const unmarked: Marks = { inserted: as, updated: as, deleted: as, heading: as, aside: as };

/**
 * A change set as a person reads it: for each table a count, then a line a row, `+` for one that is
 * new, `~` for one that was changed, with the values before and after, `-` for one that is gone.
 * Long values are cut, long tables are counted: it is for reading, not for reading back.
 * @returns an empty text where nothing changed
 */
export function changesAsText({ tables, sequences }: ChangeSet, options: TextOptions = {}): string {
  const { rows = 20, length = 60, marks = unmarked } = options;
  const show: Show = {
    value: (value) => inWords(value, length, marks),
    both: (was, is) => inWordsApart(was, is, length, marks),
  };
  return [
    ...tables.map((table) => tableAsText(table, rows, show, marks)),
    ...(sequences.length > 0 ? [sequencesAsText(sequences, marks)] : []),
  ].join('\n');
}

interface Show {
  readonly value: (value: Value) => string;
  /** Of two that are not the same, so that a reader sees the difference. */
  readonly both: (was: Value, is: Value) => readonly [string, string];
}

function tableAsText(table: TableChanges, most: number, show: Show, marks: Marks): string {
  const { inserted, updated, deleted } = table;
  const lines = [
    ...inserted.map((row) => () => `  ${marks.inserted('+')} ${rowAsText(table, row, show)}`),
    ...updated.map((it) => () => `  ${marks.updated('~')} ${updateAsText(table, it, show, marks)}`),
    ...deleted.map((row) => () => `  ${marks.deleted('-')} ${rowAsText(table, row, show)}`),
  ];
  const counts = [
    ...(inserted.length > 0 ? [marks.inserted(`+${inserted.length}`)] : []),
    ...(updated.length > 0 ? [marks.updated(`~${updated.length}`)] : []),
    ...(deleted.length > 0 ? [marks.deleted(`-${deleted.length}`)] : []),
  ];
  const rest = lines.length - most;
  return [
    `${marks.heading(printable(qualified(table)))} ${counts.join(' ')}`,
    ...lines.slice(0, most).map((line) => line()),
    ...(rest > 0 ? [marks.aside(`  … and ${rest} more`)] : []),
  ].join('\n');
}

function rowAsText({ columns }: TableChanges, row: Row, show: Show): string {
  if (columns.length === 0) return '(no columns)';
  return columns
    .map((column, i) => `${printable(column)}=${show.value(row[i] as Value)}`)
    .join('  ');
}

function updateAsText(
  { columns, key }: TableChanges,
  { before, after }: RowUpdate,
  show: Show,
  marks: Marks,
): string {
  const at = (column: string) => columns.indexOf(column);
  const found = (key ?? []).map((it) => `${printable(it)}=${show.value(after[at(it)] as Value)}`);
  const changed = columns.flatMap((column, i) => {
    const [was, is] = [before[i] as Value, after[i] as Value];
    if (sameValue(was, is)) return [];
    const [from, to] = show.both(was, is);
    return [`${printable(column)}: ${from} ${marks.aside('→')} ${to}`];
  });
  return [...found, ...changed].join('  ');
}

function sequencesAsText(sequences: readonly SequenceChange[], marks: Marks): string {
  const lines = sequences.map((it) => {
    const [before, after] = [it.before?.last ?? '-', it.after?.last ?? '-'];
    return `  ${printable(qualified(it))} ${before} ${marks.aside('→')} ${after}`;
  });
  return [marks.heading('sequences'), ...lines].join('\n');
}

/** Bare where that cannot be mistaken for something else. */
function inWords(value: Value, length: number, marks: Marks): string {
  if (value === null) return marks.aside('NULL');
  if (value instanceof Uint8Array) return cut(`0x${Buffer.from(value).toString('hex')}`, length);
  if (typeof value === 'number') return realInWords(value);
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[\p{L}\p{N}_.:@/+-]+( [\p{L}\p{N}_.:@/+-]+)?$/u.test(value) && value !== 'NULL';
  return cut(isPlain ? value : `'${printable(value)}'`, length);
}

/** A REAL is told from an integer, and -0.0 from 0.0. */
function realInWords(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Two that would look alike are quoted where they are text, and shown from where they part. */
function inWordsApart(was: Value, is: Value, length: number, marks: Marks): [string, string] {
  const shown = [was, is].map((value) => inWords(value, length, marks)) as [string, string];
  if (shown[0] !== shown[1]) return shown;
  const [a, b] = [was, is].map((value) =>
    typeof value === 'string' ? `'${printable(value)}'` : inWords(value, Infinity, marks),
  ) as [string, string];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  if (same < length) return [cut(a, length), cut(b, length)];
  const from = same - (length >> 2);
  return [a, b].map((text) => `…${cut(text.slice(from), length)}`) as [string, string];
}

function cut(text: string, length: number): string {
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : text;
}

/** Control characters could move the cursor of a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\n') return '\\n';
    return character === '\t' ? '\\t' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
