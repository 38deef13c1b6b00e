import { documentOf, integerOf, isDocument, momentOf, momentText } from '../javascript.js';
import type { Column, Value } from '../model.js';

export function encode(column: Column, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (column.kind === 'json') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Date) return momentText(column, value);
  if (value instanceof Uint8Array) return value;
  return isDocument(value) ? JSON.stringify(value) : String(value);
}

export function decode(column: Column, value: Value): unknown {
  if (value === null) return null;
  switch (column.kind) {
    case 'integer':
      return integerOf(value);
    case 'boolean':
      // A column that was taken for one may hold any small number all the same.
      return value === '0' || value === '1' ? value === '1' : integerOf(value);
    case 'float':
      return Number(value);
    case 'timestamp':
      return momentOf(value);
    case 'json':
      return documentOf(value);
    default:
      return value;
  }
}
