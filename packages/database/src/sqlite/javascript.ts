import { documentOf, integerOf, isDocument, momentOf, momentText } from '../javascript.js';
import type { Column, Value } from '../model.js';
import { affinityOf } from './kinds.js';

export function encode(column: Column, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (column.kind === 'json') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  // A number is a REAL here, and only a column that says so turns it into an INTEGER.
  if (
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    affinityOf(column.type) !== 'real'
  ) {
    return BigInt(value);
  }
  if (value instanceof Date) return momentText(column, value);
  return isDocument(value) ? JSON.stringify(value) : (value as Value);
}

/** The kind is that of the declared type; the value may be of any other. */
export function decode(column: Column, value: Value): unknown {
  if (value === null || value instanceof Uint8Array) return value;
  switch (column.kind) {
    case 'boolean':
      return typeof value === 'string' ? value : Number(value) !== 0;
    case 'decimal':
      return String(value);
    case 'timestamp':
      return typeof value === 'bigint' ? integerOf(value) : momentOf(value);
    case 'json':
      return documentOf(value);
    default:
      return typeof value === 'bigint' ? integerOf(value) : value;
  }
}
