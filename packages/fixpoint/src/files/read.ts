import { identity } from '@hot-fixture/changes';
import {
  qualified,
  type Row,
  type SequenceChange,
  type SequenceValue,
} from '@hot-fixture/database';
import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import type { TaggedValue } from '../compare/rules.js';
import { nameTrouble } from '../name.js';
import { readHeadsFast } from './fast-heads.js';
import { readRowsFast } from './fast-rows.js';
import type { ChangedRow, FileTable, FixpointFile, Parent } from './model.js';
import { hasRowTwice, keyOf, Once, rowName } from './once.js';
import { skeletonOf } from './skeleton.js';
import { type ReadValue, readTagged, readValue, tags } from './value-read.js';
import { fileVersion, type RowsBeside } from './write.js';

export interface ReadFixpoint extends FixpointFile {
  readonly beside: RowsBeside | null;
}

/**
 * Reads what `writeFixpoint` has written, and what people made of it. Rows in the form in which
 * they were written are read by a reader of our own, which is faster; all else by the YAML reader,
 * which also tells what is wrong.
 * @param file its name for messages
 * @throws HFIT_FIXPOINT_FILE at `file:line:column`
 */
export function readFixpoint(text: string, file: string): ReadFixpoint {
  return readFast(text) ?? readSlowly(text, file);
}

/** Null where it is not in the form that is written. */
export function readFast(text: string): ReadFixpoint | null {
  const skeleton = skeletonOf(text);
  if (!skeleton) return null;
  let read: ReadFixpoint;
  try {
    read = readSkeleton(skeleton.text);
  } catch {
    return null;
  }
  const typed = /^numbers: typed$/m.test(skeleton.text.slice(0, skeleton.text.indexOf('tables:')));
  const tables: FileTable[] = [];
  for (const [i, table] of read.tables.entries()) {
    const sections = skeleton.sections[i] ?? {};
    const added = readRowsFast(text, sections.added, table, typed);
    const removed = readRowsFast(text, sections.removed, table, typed);
    if (!added || !removed) return null;
    const whole = { ...table, added, removed };
    if (hasRowTwice(whole)) return null;
    tables.push(whole);
  }
  return { ...read, tables };
}

/** The reader of YAML takes longest of all, so most of it is read by one of our own. */
function readSkeleton(text: string): ReadFixpoint {
  const start = text.indexOf('\ntables:') + 1;
  const head = readSlowly(`${text.slice(0, start)}tables: []\nsequences: []\n`, '');
  const heads = readHeadsFast(text.slice(start), head.parent === null);
  return heads ? { ...head, ...heads } : readSlowly(text, '');
}

/** By the reader of YAML alone. */
export function readSlowly(text: string, file: string): ReadFixpoint {
  const root = readDocument(
    text,
    file,
    (reason, where) => new HfitError('HFIT_FIXPOINT_FILE', { reason }, { where }),
    tags,
  );
  const fields = root.fields(
    ['fixpointVersion', 'dialect', 'tables', 'sequences'],
    ['numbers', 'parent', 'parentDigest', 'excluded', 'rowsFile', 'rowsDigest'],
  );
  versionOf(fields.fixpointVersion);
  const { numbers, excluded, rowsFile, rowsDigest } = fields;
  if (numbers && numbers.text() !== 'typed') throw numbers.fail('"typed" is expected here');
  const parent = parentOf(root, fields);
  const reader = new Reader(numbers !== undefined, parent === null);
  const once = new Once();
  const sequences = fields.sequences.list().map((it) => {
    const read = sequenceOf(it, parent === null);
    once.assert(it, qualified(read), `sequence ${qualified(read)}`);
    return read;
  });
  return {
    dialect: fields.dialect.text(),
    parent,
    ...(excluded && { excluded: excluded.list().map((it) => it.text()) }),
    tables: fields.tables.list().map((it) => reader.table(it)),
    sequences,
    tags: reader.tags,
    beside: rowsFile ? { file: rowsFile.text(), digest: rowsDigest?.text() ?? '' } : null,
  };
}

function parentOf(
  root: Field,
  { parent, parentDigest }: { parent?: Field; parentDigest?: Field },
): Parent | null {
  if (!parent && !parentDigest) return null;
  if (!parent || !parentDigest) throw root.fail('parent and parentDigest belong together');
  const name = parent.text();
  const trouble = nameTrouble(name);
  if (trouble) throw parent.fail(`"${name}" cannot be the name of a fixpoint: ${trouble}`);
  return { name, digest: parentDigest.text() };
}

function versionOf(field: Field): void {
  if (field.kind === 'number' && Number(field.text()) > fileVersion) {
    const reason = `it is of version ${field.text()}, and this Hot Fixture reads ${fileVersion} alone: a newer version wrote it`;
    throw field.fail(reason);
  }
  field.integer(fileVersion, fileVersion);
}

class Reader {
  readonly tags: TaggedValue[] = [];
  readonly #typed: boolean;
  readonly #whole: boolean;
  readonly #tables = new Once();

  constructor(typed: boolean, whole: boolean) {
    this.#typed = typed;
    this.#whole = whole;
  }

  table(field: Field): FileTable {
    const fields = field.fields(
      ['table', 'columns', 'key'],
      ['schema', 'counts', ...(this.#whole ? ['rows'] : ['added', 'changed', 'removed'])],
    ) as Record<string, Field | undefined>;
    const { table, schema, columns, key } = fields;
    const names = (columns as Field)
      .entries()
      .map(([name, type]) => ({ name, type: type.kind === 'null' ? '' : type.text() }));
    const keyNames =
      key?.kind === 'null' ? null : ((key as Field).list().map((it) => it.text()) as string[]);
    const stray = keyNames?.find((it) => !names.some(({ name }) => name === it));
    if (stray !== undefined) throw (key as Field).fail(`"${stray}" is not among the columns`);
    const empty: FileTable = {
      schema: schema?.text() ?? '',
      name: (table as Field).text(),
      columns: names,
      key: keyNames,
      added: [],
      changed: [],
      removed: [],
    };
    this.#tables.assert(field, qualified(empty), `table ${qualified(empty)}`);
    const once = new Once();
    const rows = (list: Field | undefined) =>
      (list?.list() ?? []).map((it) => {
        const row = this.#row(it, empty);
        const key = keyOf(row, empty);
        if (key) once.assert(it, identity(key), rowName(empty, key));
        return row;
      });
    const { changed } = fields;
    if (keyNames === null && changed) {
      throw changed.fail('a table without a key has no changed rows, only added and removed ones');
    }
    return {
      ...empty,
      added: rows(this.#whole ? fields.rows : fields.added),
      changed: (changed?.list() ?? []).map((it) => {
        const row = this.#changed(it, empty);
        once.assert(it, identity(row.key), rowName(empty, row.key));
        return row;
      }),
      removed: rows(fields.removed),
    };
  }

  #row(field: Field, table: FileTable): Row {
    const given = this.#columns(field, table);
    const read = table.columns.map(({ name }) => {
      const value = given.get(name);
      if (!value) throw field.fail(`column "${name}" is missing`);
      return { name, ...readTagged(value, this.#typed) };
    });
    const row = read.map(({ value }) => value);
    const key = table.key?.map((name) => read.find((it) => it.name === name)?.value ?? null);
    for (const it of read) if (it.rule) this.#tag(table, key ?? row, it.name, it);
    return row;
  }

  #changed(field: Field, table: FileTable): ChangedRow {
    const given = this.#columns(field, table);
    const key = (table.key ?? []).map((name) => {
      const value = given.get(name);
      if (!value) throw field.fail(`column "${name}" of the key is missing`);
      given.delete(name);
      return readValue(value, this.#typed);
    });
    const values = [...given].map(([name, value]) => {
      const { from, to } = value.fields(['from', 'to'], []);
      const place = table.columns.findIndex((it) => it.name === name);
      const after = readTagged(to, this.#typed);
      if (after.rule) this.#tag(table, key, name, after);
      return { place, from: readTagged(from, this.#typed).value, to: after.value };
    });
    return { key, values: values.sort((a, b) => a.place - b.place) };
  }

  #columns(field: Field, { columns }: FileTable): Map<string, Field> {
    const given = new Map<string, Field>();
    for (const [name, value, where] of field.entries()) {
      if (columns.some((it) => it.name === name)) given.set(name, value);
      else throw value.fail(`"${name}" is not among the columns (${where})`);
    }
    return given;
  }

  #tag({ schema, name }: FileTable, row: Row, column: string, read: ReadValue): void {
    const { rule, isMissing } = read;
    if (!rule) return;
    const table = { schema, name };
    this.tags.push({ table, row, column, rule, ...(isMissing && { isMissing }) });
  }
}

function sequenceOf(field: Field, whole: boolean): SequenceChange {
  const fields: Record<string, Field | undefined> = field.fields(
    ['sequence', ...(whole ? ['at'] : ['from', 'to'])],
    ['schema'],
  );
  const place = (name: string) => placeOf(fields[name] as Field);
  return {
    schema: fields.schema?.text() ?? '',
    name: (fields.sequence as Field).text(),
    before: whole ? null : place('from'),
    after: place(whole ? 'at' : 'to'),
  };
}

function placeOf(field: Field): SequenceValue | null {
  if (field.kind === 'null') return null;
  const called = field.kind !== 'mapping';
  const last = called ? field : field.fields(['next'], []).next;
  if (!/^-?\d+$/.test(last.text())) throw last.fail('a whole number is expected here');
  return { last: last.text(), called };
}
