import type { Field } from '@hot-fixture/document';
import type { DeclaredReference, JsonPath } from './model.js';

/** Reads a reference that no foreign key tells of, in one of its three forms. */
export function readReference(field: Field): DeclaredReference {
  const names = new Set(field.entries().map(([name]) => name));
  if (names.has('targets')) return readPolymorphic(field);
  if (names.has('path')) return readJson(field);
  const fields = field.fields(['dbms', 'table', 'columns', 'target'], ['targetColumns']);
  const columns = readNames(fields.columns);
  const targetColumns = fields.targetColumns ? readNames(fields.targetColumns) : null;
  if (targetColumns && targetColumns.length !== columns.length) {
    throw field.fail(`${columns.length} columns cannot point to ${targetColumns.length}`);
  }
  const [source, table] = [fields.dbms.text(), fields.table.text()];
  const target = fields.target.text();
  return { kind: 'columns', source, table, columns, target, targetColumns, where: field.where };
}

function readPolymorphic(field: Field): DeclaredReference {
  const fields = field.fields(['dbms', 'table', 'type', 'id', 'targets'], []);
  const targets = fields.targets.entries().map(([value, it]) => ({ value, table: it.text() }));
  if (targets.length === 0) throw fields.targets.fail('a type and its table are missing');
  return {
    kind: 'polymorphic',
    source: fields.dbms.text(),
    table: fields.table.text(),
    type: fields.type.text(),
    id: fields.id.text(),
    targets,
    where: field.where,
  };
}

function readJson(field: Field): DeclaredReference {
  const fields = field.fields(['dbms', 'table', 'column', 'path', 'target'], ['targetColumn']);
  const path = parsePath(fields.path.text());
  if (!path) throw fields.path.fail('a path is written $.name, $.list[0].name or $.list[*].name');
  return {
    kind: 'json',
    source: fields.dbms.text(),
    table: fields.table.text(),
    column: fields.column.text(),
    path,
    target: fields.target.text(),
    targetColumn: fields.targetColumn?.text() ?? null,
    where: field.where,
  };
}

/** A text, or a list of texts that is not empty. */
function readNames(field: Field): string[] {
  if (field.kind !== 'list') return [field.text()];
  const names = field.list().map((it) => it.text());
  if (names.length === 0) throw field.fail('at least one column is expected here');
  return names;
}

/** `$.name`, `$["a name"]`, `$.list[0]`, `$.list[*]`, one after the other; null for anything else. */
function parsePath(text: string): JsonPath | null {
  if (!text.startsWith('$')) return null;
  const step = /\.([\p{L}_][\p{L}\p{N}_-]*)|\[(\d{1,9})\]|\["([^"\\]*)"\]|(\[\*\])/uy;
  const path: JsonPath[number][] = [];
  for (let at = 1; at < text.length; at = step.lastIndex) {
    step.lastIndex = at;
    const match = step.exec(text);
    if (!match) return null;
    const [, name, position, quoted] = match;
    path.push(position ? Number(position) : (name ?? quoted ?? { all: true }));
  }
  return path;
}

/** The path as a template writes it. */
export function writtenPath(path: JsonPath): string {
  const steps = path.map((step) => {
    if (typeof step === 'object') return '[*]';
    if (typeof step === 'number') return `[${step}]`;
    return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(step) ? `.${step}` : `["${step}"]`;
  });
  return `$${steps.join('')}`;
}
