const numbers = new WeakMap<object, number>();
let last = 0;

/**
 * A spec as a text, the same for equal ones, in whatever order their options stand. What has no
 * text of its own (a function, an instance of a class) is equal only to itself.
 */
export function written(spec: object): string {
  return JSON.stringify(spec, (_, value) => {
    if (typeof value === 'bigint') return { bigint: `${value}` };
    if (typeof value === 'symbol') return { symbol: String(value) };
    if (typeof value === 'function') return { instance: numberOf(value) };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const kind = Object.getPrototypeOf(value);
    if (kind !== Object.prototype && kind !== null) return { instance: numberOf(value) };
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function numberOf(value: object): number {
  const known = numbers.get(value) ?? ++last;
  numbers.set(value, known);
  return known;
}
