import { qualified, type SequenceChange, type SequenceValue } from '@hot-fixture/database';
import { type Flow, readFlow } from './flow.js';
import type { FileColumn, FileTable } from './model.js';

export interface Heads {
  /** Without their rows. */
  readonly tables: readonly FileTable[];
  readonly sequences: readonly SequenceChange[];
}

/**
 * Reads tables, without their rows, and sequences in the very form in which they are written; null
 * where anything is otherwise, and where rows of a parent are changed.
 * @param text of the skeleton, from its tables on
 */
export function readHeadsFast(text: string, isWhole: boolean): Heads | null {
  const lines = text.split('\n');
  if (lines.shift() !== 'tables:' || lines.pop() !== '') return null;
  const tables: FileTable[] = [];
  while (lines[0]?.startsWith('  - ')) {
    const table = readTable(lines, isWhole);
    if (!table) return null;
    tables.push(table);
  }
  const sequences: SequenceChange[] = [];
  const mark = lines.shift();
  if (mark !== 'sequences:' && mark !== 'sequences: []') return null;
  for (const line of lines) {
    const sequence = line.startsWith('  - ') ? readSequence(line.slice(4), isWhole) : null;
    if (!sequence) return null;
    sequences.push(sequence);
  }
  const isTwice = (list: readonly (FileTable | SequenceChange)[]) =>
    new Set(list.map(qualified)).size < list.length;
  return isTwice(tables) || isTwice(sequences) ? null : { tables, sequences };
}

function readTable(lines: string[], isWhole: boolean): FileTable | null {
  const taken = (name: string): Flow | null => {
    if (!lines[0]?.startsWith(name)) return null;
    return readFlow((lines.shift() as string).slice(name.length));
  };
  const name = textOf(taken('  - table: '));
  const schema = lines[0]?.startsWith('    schema: ') ? textOf(taken('    schema: ')) : '';
  const columns = columnsOf(taken('    columns: '));
  const key = keyOf(taken('    key: '), columns);
  if (name === null || schema === null || !columns || key === undefined) return null;
  const lists = isWhole ? ['    rows: []'] : ['    added: []', '    removed: []'];
  for (const list of lists) if (lines[0] === list) lines.shift();
  return { schema, name, columns, key, added: [], changed: [], removed: [] };
}

function columnsOf(flow: Flow | null): FileColumn[] | null {
  if (flow?.kind !== 'mapping') return null;
  const columns = [...flow.entries].map(([name, type]) => ({ name, type: textOf(type) }));
  return columns.every((it): it is FileColumn => it.type !== null) ? columns : null;
}

/** Undefined where it is not as it is written. */
function keyOf(
  flow: Flow | null,
  columns: readonly FileColumn[] | null,
): string[] | null | undefined {
  if (flow?.kind === 'null') return null;
  if (flow?.kind !== 'list') return undefined;
  const names = flow.items.map(textOf);
  const isColumn = (it: string | null): it is string =>
    columns?.some(({ name }) => name === it) ?? false;
  return names.every(isColumn) ? names : undefined;
}

function readSequence(text: string, isWhole: boolean): SequenceChange | null {
  const flow = readFlow(text);
  if (flow?.kind !== 'mapping') return null;
  const { sequence, schema, ...rest } = Object.fromEntries(flow.entries);
  const name = textOf(sequence ?? null);
  const inSchema = schema ? textOf(schema) : '';
  const [before, after] = isWhole
    ? [null, placeOf(rest.at)]
    : [placeOf(rest.from), placeOf(rest.to)];
  const isAll = Object.keys(rest).length === (isWhole ? 1 : 2);
  if (name === null || inSchema === null || before === undefined || after === undefined)
    return null;
  return isAll ? { schema: inSchema, name, before, after } : null;
}

function placeOf(flow: Flow | undefined): SequenceValue | null | undefined {
  if (flow?.kind === 'null') return null;
  if (flow?.kind === 'number') return { last: flow.text, called: true };
  const next =
    flow?.kind === 'mapping' && flow.entries.size === 1 ? flow.entries.get('next') : null;
  return next?.kind === 'number' ? { last: next.text, called: false } : undefined;
}

const textOf = (flow: Flow | null) => (flow?.kind === 'text' ? flow.text : null);
