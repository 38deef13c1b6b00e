import { types } from 'node:util';

/**
 * Finds what makes a value more than data: an instance of a class, a function, a symbol.
 * @returns null where it is all plain, else where and what it is
 */
export function firstOddity(value: unknown): { place: string; kind: string } | null {
  const seen = new Set<unknown>();
  const visit = (it: unknown, place: string): { place: string; kind: string } | null => {
    if (typeof it === 'function' || typeof it === 'symbol')
      return { place, kind: `a ${typeof it}` };
    if (typeof it !== 'object' || it === null || seen.has(it)) return null;
    seen.add(it);
    if (types.isDate(it) || types.isRegExp(it) || types.isAnyArrayBuffer(it)) return null;
    if (ArrayBuffer.isView(it)) return null;
    const parts: Iterable<[string, unknown]> | null = Array.isArray(it)
      ? it.map((one, i): [string, unknown] => [`${place}[${i}]`, one])
      : types.isMap(it)
        ? [...it].flatMap(([key, one]): [string, unknown][] => [
            [`a key of ${place}`, key],
            [`${place}.get(${String(key)})`, one],
          ])
        : types.isSet(it)
          ? [...it].map((one): [string, unknown] => [`an element of ${place}`, one])
          : isPlain(it)
            ? Object.entries(it).map(([key, one]): [string, unknown] => [`${place}.${key}`, one])
            : null;
    if (parts === null)
      return { place, kind: `an instance of ${it.constructor?.name ?? 'a class'}` };
    for (const [at, one] of parts) {
      const found = visit(one, at);
      if (found) return found;
    }
    return null;
  };
  return visit(value, 'the value');
}

/** An object literal, of whichever realm: runners load tests in realms of their own. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
