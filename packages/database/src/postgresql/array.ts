import type { Value } from '../model.js';

/** Values as the text of a one-dimensional array, to be bound as one parameter. */
export function arrayLiteral(values: readonly Value[]): string {
  const element = (value: Value) =>
    value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
  return `{${values.map(element).join(',')}}`;
}
