/** Bounds, so that no document costs more than it tells. */
const most = { nodes: 20_000, depth: 32, paths: 200 };

/** A path of JSON documents, and what stands there. */
interface PathValues {
  /** `$.contact.email`; `*` stands for the items of a list, and for keys that may be data. */
  readonly path: string;
  /** The last key of the path, and the one before it; empty where there is none. */
  readonly name: string;
  readonly parent: string;
  readonly values: readonly (string | number)[];
}

/**
 * The values of JSON documents by their paths; null where most texts are no JSON object or list. A
 * key counts as one, and can be told, where three documents have it; in others it may itself be what
 * should not be told.
 */
export function pathsOf(texts: readonly string[]): PathValues[] | null {
  const documents = texts.flatMap((text) => parsed(text));
  if (documents.length === 0 || documents.length < texts.length / 2) return null;
  const told = keysOf(documents);
  const found = new Map<string, { name: string; parent: string; values: (string | number)[] }>();
  let nodes = 0;
  const visit = (value: unknown, keys: readonly string[]): void => {
    nodes += 1;
    if (nodes > most.nodes || keys.length > most.depth) return;
    if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        const isKey = !Array.isArray(value) && told.has(key);
        visit(item, [...keys, isKey ? key : '*']);
        // What is no key of a schema is looked into, as a value is.
        if (!isKey && !Array.isArray(value)) visit(key, [...keys, '*']);
      }
      return;
    }
    if (typeof value !== 'string' && typeof value !== 'number') return;
    const path = ['$', ...keys].join('.');
    const known = found.get(path);
    if (known) known.values.push(value);
    else if (found.size < most.paths) {
      const words = keys.filter((key) => key !== '*');
      const [parent = '', name = ''] = [words.at(-2), words.at(-1)];
      found.set(path, { name, parent, values: [value] });
    }
  };
  for (const document of documents) visit(document, []);
  return [...found].map(([path, it]) => ({ path, ...it }));
}

function parsed(text: string): object[] {
  if (!/^\s{0,20}[[{]/.test(text)) return [];
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? [value] : [];
  } catch {
    return [];
  }
}

/** The keys that at least three documents have, and that look like the names of fields. */
function keysOf(documents: readonly object[]): Set<string> {
  const times = new Map<string, number>();
  for (const document of documents) {
    const seen = new Set<string>();
    const open: [object, number][] = [[document, 0]];
    for (let [next] = [open.pop()]; next; next = open.pop()) {
      const [value, depth] = next;
      for (const [key, item] of Object.entries(value)) {
        if (!Array.isArray(value)) seen.add(key);
        const goesOn = typeof item === 'object' && item !== null;
        if (goesOn && depth < most.depth && seen.size < most.nodes) open.push([item, depth + 1]);
      }
    }
    for (const key of seen) times.set(key, (times.get(key) ?? 0) + 1);
  }
  const isTold = ([key, count]: [string, number]) =>
    count >= 3 && /^[\p{L}_][\p{L}\p{N}_ -]{0,40}$/u.test(key);
  return new Set([...times].filter(isTold).map(([key]) => key));
}
