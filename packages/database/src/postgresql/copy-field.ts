import type { Value } from '../model.js';

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field of COPY's text format. */
export function copyField(value: Value): string {
  if (value === null) return '\\N';
  // Most values have none of them, and a search alone is faster.
  if (!special.test(value as string)) return value as string;
  return (value as string).replace(/[\\\t\n\r]/g, (character) => escapes[character] as string);
}
