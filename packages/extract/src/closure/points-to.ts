import type { Column, Dialect, Row, Value } from '@hot-fixture/database';
import type { JsonPath } from '../template/model.js';
import type { Relation } from './relation.js';

/**
 * Where a row points by a relation.
 * @param values of `columnsOfRelation`
 * @returns the values of the target's columns: none, one list, or several from a document
 */
export function pointsTo(dialect: Dialect, relation: Relation, values: Row): Row[] {
  const { only, path, isDeclared, columns, targetColumns } = relation;
  if (only && String(values[0]) !== only.value) return [];
  const own = only ? values.slice(1) : values;
  // As SQL's MATCH SIMPLE: a key with a null in it points to nothing.
  if (own.some((value) => value === null)) return [];
  if (!isDeclared) return [own];
  const [target] = targetColumns as [Column];
  if (path) {
    const texts = scalarsAt(own[0] as Value, path);
    return texts.flatMap((text) => {
      const value = fitted(dialect, target, text);
      return value === null ? [] : [[value]];
    });
  }
  const fit = own.map((value, i) => {
    const to = targetColumns[i] as Column;
    const isSame = columns[i]?.type === to.type || typeof value === 'object';
    return isSame ? value : fitted(dialect, to, String(value));
  });
  return fit.includes(null) ? [] : [fit];
}

const shapes: Partial<Record<Column['kind'], RegExp>> = {
  integer: /^[+-]?\d{1,19}$/,
  decimal: /^[+-]?\d{1,40}(\.\d{1,40})?$/,
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
};

/** A text as a value of the column; null where it can be none, and so points to nothing. */
function fitted(dialect: Dialect, column: Column, text: string): Value {
  if (shapes[column.kind]?.test(text) === false || text.includes('\0')) return null;
  try {
    return dialect.bind(column, text);
  } catch {
    return null;
  }
}

/** The texts and numbers at a path of a document, as texts; a document that is none has none. */
function scalarsAt(document: Value, path: JsonPath): string[] {
  if (typeof document !== 'string') return [];
  let found: unknown[];
  try {
    found = [JSON.parse(withLongNumbers(document))];
  } catch {
    return [];
  }
  for (const step of path) {
    found = found.flatMap((it) => {
      if (typeof it !== 'object' || it === null) return [];
      if (typeof step === 'object') return Object.values(it);
      if (Array.isArray(it) !== (typeof step === 'number')) return [];
      return Object.hasOwn(it, step) ? [(it as Record<string | number, unknown>)[step]] : [];
    });
  }
  return found.filter((it) => typeof it === 'string' || typeof it === 'number').map(String);
}

/** JavaScript would round whole numbers of more than 15 digits: they become texts. */
function withLongNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}
