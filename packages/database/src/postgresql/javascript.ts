import { documentOf, integerOf, isDocument, momentOf, momentText } from '../javascript.js';
import type { Column, Value, ValueKind } from '../model.js';
import { listOf } from './list.js';

export function encode(column: Column, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (column.kind === 'json') return JSON.stringify(value);
  if (column.kind === 'array' && Array.isArray(value)) return listText(elementOf(column), value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return momentText(column, value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return isDocument(value) ? JSON.stringify(value) : String(value);
}

export function decode(column: Column, value: Value): unknown {
  if (typeof value !== 'string') return value;
  switch (column.kind) {
    case 'integer':
      return integerOf(value);
    case 'float':
      return Number(value);
    case 'boolean':
      return value === 't';
    case 'timestamp':
      return momentOf(value);
    case 'json':
      return documentOf(value);
    case 'binary':
      return new Uint8Array(Buffer.from(value.slice(2), 'hex'));
    case 'array': {
      const element = elementOf(column);
      return listOf(value, (text) => decode(element, text)) ?? value;
    }
    default:
      return value;
  }
}

const kinds: readonly (readonly [RegExp, ValueKind])[] = [
  [/^(smallint|integer|bigint|oid)$/, 'integer'],
  [/^numeric/, 'decimal'],
  [/^(real|double precision)$/, 'float'],
  [/^boolean$/, 'boolean'],
  [/^timestamp/, 'timestamp'],
  [/^jsonb?$/, 'json'],
  [/^bytea$/, 'binary'],
];

/** What an array holds, as a column of its own. */
function elementOf(column: Column): Column {
  const type = column.type.replace(/(\[\])+$/, '');
  const kind = kinds.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
  return { ...column, type, kind };
}

function listText(element: Column, list: readonly unknown[]): string {
  const items = list.map((it) => {
    if (Array.isArray(it) && element.kind !== 'json') return listText(element, it);
    const value = encode(element, it);
    return value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join(',')}}`;
}
