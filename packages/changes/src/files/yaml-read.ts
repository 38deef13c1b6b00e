import type { Row, RowUpdate, SequenceValue, Value } from '@hot-fixture/database';
import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, SequenceChange, TableChanges } from '../change-set.js';
import { jsonText, styles } from './json-text.js';
import { bytesOf } from './json-value.js';

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
      values.set(column, readValue(field, typed));
    }
  }
  return columns.map((column) => {
    const value = values.get(column);
    if (value === undefined) throw (parts[0] as Field).fail(`column "${column}" is missing`);
    return value;
  });
}

function readValue(field: Field, typed: boolean): Value {
  switch (field.kind) {
    case 'null':
      if (field.written === '') throw field.fail('a value is missing: null, "" or something else');
      return null;
    case 'text':
      return field.text();
    case 'number':
      return typed ? numberOf(field) : field.written;
    case 'mapping':
      return wrappedOf(field);
    default:
      throw field.fail('a value is expected here; put a text that looks like this into quotes');
  }
}

function numberOf(field: Field): Value {
  const { written } = field;
  if (/^[-+]?\d+$/.test(written)) {
    const whole = BigInt(written.replace('+', ''));
    if (BigInt.asIntN(64, whole) !== whole) throw field.fail('a whole number has at most 64 bits');
    return whole;
  }
  const infinite = /^([-+]?)\.inf$/i.exec(written);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(written);
  if (Number.isNaN(value)) throw field.fail('a number is expected here');
  return value;
}

/** What cannot stand as a plain scalar says in a word what it is. */
function wrappedOf(field: Field): Value {
  const { base64, bytes, json, compactJson } = field.fields(
    [],
    ['base64', 'bytes', 'json', 'compactJson'],
  );
  const given = [base64, bytes, json, compactJson].filter((it) => it !== undefined);
  if (given.length !== 1) throw field.fail('one of base64, bytes, json, compactJson is expected');
  if (bytes) return Buffer.from(bytes.text());
  if (base64) {
    const decoded = bytesOf(base64.text());
    if (!decoded) throw base64.fail('this is no base64');
    return decoded;
  }
  if (json) return jsonText(json.value() as never, styles.json);
  return jsonText((compactJson as Field).value() as never, styles.compactJson);
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
