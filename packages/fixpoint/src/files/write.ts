import { identity, yamlEntry, yamlName } from '@hot-fixture/changes';
import { qualified, type Row, type SequenceValue, type Value } from '@hot-fixture/database';
import type { Volatile } from '../compare/rules.js';
import type { ChangedRow, FileTable, FixpointFile } from './model.js';
import { type Form, taggedText, valueText } from './value-write.js';

/** Rows that stand in a file of their own. */
export interface RowsBeside {
  /** Its name in the same folder. */
  readonly file: string;
  /** SHA-256 of what it holds when it is unpacked. */
  readonly digest: string;
}

/** Of the form of these files. */
export const fileVersion = 1;

/**
 * Writes a fixpoint for people and reviews: one value a line, rows by key, in a set order. What is
 * read back is the same to the bit.
 * @param beside where the rows are, if they are not to stand in it; their number does then
 * @returns pieces of text, a row at a time
 */
export function* writeFixpoint(
  file: FixpointFile,
  beside: RowsBeside | null = null,
): Generator<string> {
  const form = { typed: hasNumbers(file) };
  yield `fixpointVersion: ${fileVersion}\ndialect: ${yamlName(file.dialect)}\n`;
  if (form.typed) yield 'numbers: typed\n';
  const { parent } = file;
  if (parent) yield `parent: ${yamlName(parent.name)}\nparentDigest: ${yamlName(parent.digest)}\n`;
  if (file.excluded) yield `excluded: [${file.excluded.map(flowName).join(', ')}]\n`;
  if (beside) {
    yield `rowsFile: ${yamlName(beside.file)}\nrowsDigest: ${yamlName(beside.digest)}\n`;
  }
  yield file.tables.length === 0 ? 'tables: []\n' : 'tables:\n';
  for (const table of file.tables) {
    const lines = new TableLines(file, table, form);
    yield* beside ? lines.counts() : lines.lines();
  }
  yield file.sequences.length === 0 ? 'sequences: []\n' : 'sequences:\n';
  for (const { schema, name, before, after } of file.sequences) {
    const place = file.parent
      ? `from: ${placeText(before)}, to: ${placeText(after)}`
      : `at: ${placeText(after)}`;
    const inSchema = schema === '' ? '' : `schema: ${flowName(schema)}, `;
    yield `  - { sequence: ${flowName(name)}, ${inSchema}${place} }\n`;
  }
}

class TableLines {
  readonly #table: FileTable;
  readonly #form: Form;
  readonly #whole: boolean;
  /** Of the columns, as an entry begins; the first line of an item begins with a dash. */
  readonly #names: readonly string[];
  readonly #tags: ReadonlyMap<string, Volatile>;

  constructor(file: FixpointFile, table: FileTable, form: Form) {
    this.#table = table;
    this.#form = form;
    this.#whole = file.parent === null;
    const names = table.columns.map(({ name }) => yamlEntry('        ', name, ''));
    this.#names = names.map((it, i) => (i === 0 ? dashed(it) : it));
    this.#tags = new Map(
      file.tags
        .filter((it) => qualified(it.table) === qualified(table))
        .map(({ row, column, rule }) => [tagId(row, column), rule]),
    );
  }

  *lines(): Generator<string> {
    const { added, changed, removed } = this.#table;
    yield this.#head();
    if (added.length > 0) yield this.#whole ? '    rows:\n' : '    added:\n';
    for (const row of added) yield this.#row(row);
    if (changed.length > 0) yield '    changed:\n';
    for (const row of changed) yield this.#changed(row);
    if (removed.length > 0) yield '    removed:\n';
    for (const row of removed) yield this.#row(row);
  }

  *counts(): Generator<string> {
    const { added, changed, removed } = this.#table;
    yield `${this.#head()}    counts: { added: ${added.length}, changed: ${changed.length}, removed: ${removed.length} }\n`;
  }

  #head(): string {
    const { schema, name, columns, key } = this.#table;
    const types = columns.map((it) => `${flowName(it.name)}: ${flowName(it.type)}`);
    return [
      `  - table: ${yamlName(name)}\n`,
      schema === '' ? '' : `    schema: ${yamlName(schema)}\n`,
      `    columns: { ${types.join(', ')} }\n`,
      `    key: ${key === null ? 'null' : `[${key.map(flowName).join(', ')}]`}\n`,
    ].join('');
  }

  #row(row: Row): string {
    const { columns, key } = this.#table;
    const id =
      key && this.#tags.size > 0
        ? key.map((name) => row[columns.findIndex((it) => it.name === name)] as Value)
        : row;
    let text = '';
    for (let i = 0; i < columns.length; i += 1) {
      text += this.#names[i] + this.#value(row[i] as Value, i, id, '          ');
    }
    return text === '' ? '      - {}\n' : text;
  }

  #changed({ key, values }: ChangedRow): string {
    const { columns } = this.#table;
    const names = this.#table.key ?? [];
    const keyEntries = names.map((name, i) => {
      const column = columns.find((it) => it.name === name) ?? { name, type: '' };
      return yamlEntry(
        '        ',
        name,
        valueText(key[i] as Value, column, this.#form, '          '),
      );
    });
    const entries = values.map(({ place, from, to }) => {
      const column = columns[place] as FileTable['columns'][number];
      const before = valueText(from, column, this.#form, '            ');
      const after = this.#value(to, place, key, '            ');
      return yamlEntry('        ', column.name, `\n          from:${before}          to:${after}`);
    });
    return dashed([...keyEntries, ...entries].join(''));
  }

  #value(value: Value, place: number, id: Row, indent: string): string {
    const column = this.#table.columns[place] as FileTable['columns'][number];
    const rule = this.#tags.size > 0 ? this.#tags.get(tagId(id, column.name)) : undefined;
    return rule
      ? taggedText(value, rule, column, this.#form, indent)
      : valueText(value, column, this.#form, indent);
  }
}

/** Of the key of a row, or all of it, and a column. */
export const tagId = (row: Row, column: string) => `${identity(row)}:${column}`;

const dashed = (text: string) => `      -${text.slice(7)}`;

/** A number that was given out last; one that comes next stands in braces. */
function placeText(value: SequenceValue | null): string {
  if (value === null) return 'null';
  return value.called ? value.last : `{ next: ${value.last} }`;
}

/** Within braces, a comma or a brace would end a name: words never hold one. */
const flowName = yamlName;

function hasNumbers({ tables }: FixpointFile): boolean {
  const isNumber = (it: Value) => typeof it === 'bigint' || typeof it === 'number';
  return tables.some(
    ({ added, changed, removed }) =>
      added.some((row) => row.some(isNumber)) ||
      removed.some((row) => row.some(isNumber)) ||
      changed.some(
        ({ key, values }) =>
          key.some(isNumber) || values.some(({ from, to }) => isNumber(from) || isNumber(to)),
      ),
  );
}
