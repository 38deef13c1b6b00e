/** Where the items of a list of rows stand in a text. */
export interface Section {
  readonly begin: number;
  readonly end: number;
}

export interface Skeleton {
  /** The file with its rows left out. */
  readonly text: string;
  /** Of each table. */
  readonly sections: readonly { readonly added?: Section; readonly removed?: Section }[];
}

const lists = new Map([
  ['    rows:', 'added'],
  ['    added:', 'added'],
  ['    removed:', 'removed'],
] as const);

/** What else may stand at the margin of a table, in the form that is written. */
const known = /^(?: {2}- table: \S.*| {4}(?:schema|columns|key): \S.*| {4}changed:| {6}.*)$/;
/** A quotation that does not end on its line could hold anything. */
const scalar =
  /^[A-Za-z]+: (?:[^|>&*!{['"].*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\[(?:[^[\]"']|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')*\])$/;

/** Parts a file from its rows; null where it is not in the form that is written. */
export function skeletonOf(text: string): Skeleton | null {
  const start = text.indexOf('\ntables:\n') + 1;
  const stop = text.lastIndexOf('\nsequences:') + 1;
  if (start === 0 || stop < start) return null;
  const head = text.slice(0, start).split('\n').slice(0, -1);
  if (!head.every((line) => scalar.test(line))) return null;

  const sections: { added?: Section; removed?: Section }[] = [];
  const kept: string[] = [text.slice(0, start), 'tables:\n'];
  let at = start + 'tables:\n'.length;
  while (at < stop) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end);
    const list = lists.get(line as '    rows:');
    const table = sections.at(-1);
    at = end + 1;
    if (list === undefined) {
      if (!known.test(line)) return null;
      if (line.startsWith('  - ')) sections.push({});
      kept.push(line, '\n');
    } else {
      if (!table || table[list]) return null;
      const begin = at;
      at = endOfRows(text, at, stop);
      table[list] = { begin, end: at };
      kept.push(line, ' []\n');
    }
  }
  kept.push(text.slice(stop));
  return { text: kept.join(''), sections };
}

/** Rows are all that stands six places in; a longer text may have empty lines. */
function endOfRows(text: string, begin: number, stop: number): number {
  let at = begin;
  while (at < stop && (text.startsWith('      ', at) || text[at] === '\n')) {
    at = text.indexOf('\n', at) + 1;
  }
  return at;
}
