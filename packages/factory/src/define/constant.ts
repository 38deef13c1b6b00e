/**
 * Gives a value again and again. What can be changed is made anew each time, so that a test that
 * changes its row changes no other one.
 */
export function fresh(value: unknown): () => unknown {
  return typeof value === 'object' && value !== null ? () => copy(value) : () => value;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Date) return new Date(value);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value as object).map(([key, it]) => [key, copy(it)]));
}

/** An object that was written as `{…}`. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
