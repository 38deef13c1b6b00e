import type { Row, RowUpdate, SequenceValue, Value } from '@hot-fixture/database';
import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, SequenceChange, TableChanges } from '../change-set.js';
import { readYamlValue } from './yaml-value-read.js';

/**
 * Reads what `writeYaml` has written, and what people made of it.
 * @param file its name for messages
 * @throws HFIT_CHANGES_FILE at `file:line:column`
 */
export function readYaml(text: string, file: string): ChangeSet {
  const root = readDocument(
    text,
    file,
    (reason, where) => new HfitError('HFIT_CHANGES_FILE', { reason }, { where }),
  );
  const fields = root.fields(['changeSetVersion', 'dialect', 'tables', 'sequences'], ['numbers']);
  fields.changeSetVersion.integer(1, 1);
  const { numbers } = fields;
  if (numbers && numbers.text() !== 'typed') throw numbers.fail('"typed" is expected here');
  const typed = numbers !== undefined;
  return {
    dialect: fields.dialect.text(),
    tables: fields.tables.list().map((it) => tableOf(it, typed)),
    sequences: fields.sequences.list().map(sequenceOf),
  };
}

function tableOf(field: Field, typed: boolean): TableChanges {
  const fields = field.fields(
    ['table', 'schema', 'key', 'columns'],
    ['inserted', 'updated', 'deleted'],
  );
  const columns = fields.columns.list().map((it) => it.text());
  const key = fields.key.kind === 'null' ? null : fields.key.list().map((it) => it.text());
  const stray = key?.find((it) => !columns.includes(it));
  if (stray !== undefined) throw fields.key.fail(`"${stray}" is not among the columns`);
  const rows = (list: Field | undefined) =>
    (list?.list() ?? []).map((it) => rowOf(columns, [it], typed));
  if (key === null && fields.updated) {
    throw fields.updated.fail('a table without a key has no updates, only rows that come and go');
  }
  return {
    schema: fields.schema.text(),
    name: fields.table.text(),
    columns,
    key,
    inserted: rows(fields.inserted),
    updated: (fields.updated?.list() ?? []).map((it) => updateOf(columns, key ?? [], it, typed)),
    deleted: rows(fields.deleted),
  };
}

function updateOf(
  columns: readonly string[],
  key: readonly string[],
  field: Field,
  typed: boolean,
): RowUpdate {
  const { row, from, to } = field.fields(['row', 'from', 'to'], []);
  const moved = to.entries().find(([column]) => key.includes(column));
  if (moved) throw to.fail(`"${moved[0]}" is of the key, which an update leaves as it is`);
  return { before: rowOf(columns, [row, from], typed), after: rowOf(columns, [row, to], typed) };
}

/** A row, of one mapping or two that have no column in common. */
function rowOf(columns: readonly string[], parts: readonly Field[], typed: boolean): Row {
  const values = new Map<string, Value>();
  for (const part of parts) {
    for (const [column, field] of part.entries()) {
      if (!columns.includes(column)) throw field.fail(`"${column}" is not among the columns`);
      if (values.has(column)) throw field.fail(`"${column}" is there already`);
      values.set(column, readYamlValue(field, typed));
    }
  }
  return columns.map((column) => {
    const value = values.get(column);
    if (value === undefined) throw (parts[0] as Field).fail(`column "${column}" is missing`);
    return value;
  });
}

function sequenceOf(field: Field): SequenceChange {
  const { sequence, schema, before, after } = field.fields(
    ['sequence', 'schema', 'before', 'after'],
    [],
  );
  return {
    schema: schema.text(),
    name: sequence.text(),
    before: readPlace(before),
    after: readPlace(after),
  };
}

function readPlace(field: Field): SequenceValue | null {
  if (field.kind === 'null') return null;
  const { last, called } = field.fields(['last', 'called'], []);
  if (!/^-?\d+$/.test(last.text())) throw last.fail('a whole number is expected here');
  return { last: last.text(), called: called.boolean() };
}
