import type { Value } from '../model.js';

/** Values as the text of a one-dimensional array, to be bound as one parameter. */
export function arrayLiteral(values: readonly Value[]): string {
  const element = (value: Value) => {
    if (value === null) return 'NULL';
    const text = String(value);
    return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
  };
  return `{${values.map(element).join(',')}}`;
}
