import type { Row, SequenceValue, Value } from '@hot-fixture/database';
import type { ChangeSet, SequenceChange, TableChanges } from '../change-set.js';
import { sameValue } from '../value.js';
import { yamlEntry as entry, yamlName as name, yamlValue } from './yaml-value.js';

/**
 * Writes a change set for people: rows by key, in a set order, so that files can be compared; of an
 * update, what changed stands apart from what stayed. What is read back is the same to the bit.
 * @returns pieces of text, a row at a time
 */
export function* writeYaml(changes: ChangeSet): Generator<string> {
  const typed = hasNumbers(changes);
  yield `changeSetVersion: 1\ndialect: ${name(changes.dialect)}\n`;
  // Where the database tells numbers from texts, so does the file.
  if (typed) yield 'numbers: typed\n';
  const lines = new Lines(!typed);
  if (changes.tables.length === 0) yield 'tables: []\n';
  else yield 'tables:\n';
  for (const table of changes.tables) yield* lines.table(table);
  if (changes.sequences.length === 0) yield 'sequences: []\n';
  else yield 'sequences:\n';
  for (const sequence of changes.sequences) yield sequenceLines(sequence);
}

class Lines {
  readonly #numbersAreTexts: boolean;

  constructor(numbersAreTexts: boolean) {
    this.#numbersAreTexts = numbersAreTexts;
  }

  *table(table: TableChanges): Generator<string> {
    const { columns, key, inserted, updated, deleted } = table;
    yield `  - table: ${name(table.name)}\n    schema: ${name(table.schema)}\n`;
    yield `    key: ${key === null ? 'null' : list(key)}\n    columns: ${list(columns)}\n`;
    if (inserted.length > 0) yield '    inserted:\n';
    for (const row of inserted) yield this.#item(this.#columns(columns, row, () => true, 8));
    if (updated.length > 0) yield '    updated:\n';
    for (const { before, after } of updated) {
      const same = (i: number) => sameValue(before[i] as Value, after[i] as Value);
      const differs = (i: number) => !same(i);
      yield this.#item(
        [
          `        row:${nested(this.#columns(columns, before, same, 10))}`,
          `        from:${nested(this.#columns(columns, before, differs, 10))}`,
          `        to:${nested(this.#columns(columns, after, differs, 10))}`,
        ].join(''),
      );
    }
    if (deleted.length > 0) yield '    deleted:\n';
    for (const row of deleted) yield this.#item(this.#columns(columns, row, () => true, 8));
  }

  /** The first line of an item begins with a dash. */
  #item(text: string): string {
    return text === '' ? '      - {}\n' : `      -${text.slice(7)}`;
  }

  #columns(
    columns: readonly string[],
    row: Row,
    which: (i: number) => boolean,
    depth: number,
  ): string {
    const indent = ' '.repeat(depth);
    return columns
      .map((column, i) =>
        which(i)
          ? entry(indent, column, yamlValue(row[i] as Value, this.#numbersAreTexts, `${indent}  `))
          : '',
      )
      .join('');
  }
}

function nested(text: string): string {
  return text === '' ? ' {}\n' : `\n${text}`;
}

function sequenceLines({ schema, name: sequence, before, after }: SequenceChange): string {
  const value = (it: SequenceValue | null) =>
    it === null ? 'null' : `{ last: ${it.last}, called: ${it.called} }`;
  return (
    `  - sequence: ${name(sequence)}\n    schema: ${name(schema)}\n` +
    `    before: ${value(before)}\n    after: ${value(after)}\n`
  );
}

function list(names: readonly string[]): string {
  return `[${names.map(name).join(', ')}]`;
}

function hasNumbers({ tables }: ChangeSet): boolean {
  const typed = (row: Row) => row.some((it) => typeof it === 'bigint' || typeof it === 'number');
  return tables.some(
    ({ inserted, updated, deleted }) =>
      inserted.some(typed) ||
      deleted.some(typed) ||
      updated.some(({ before, after }) => typed(before) || typed(after)),
  );
}
