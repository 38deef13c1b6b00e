import { findPersonal } from './find.js';

/** Bounds, so that no document costs more than it tells. */
const most = { nodes: 20_000, depth: 32, paths: 200 };

/** A path of JSON documents, and what stands there. */
export interface PathValues {
  /** `$.contact.email`, `$.items[*].price`; `.*` stands for keys that may be data. */
  readonly path: string;
  /** The last key of the path, and the one before it; empty where there is none. */
  readonly name: string;
  readonly parent: string;
  readonly values: readonly (string | number)[];
  /** Which of them are texts, numbers and truths: one, where all are alike. */
  readonly sorts: ReadonlySet<string>;
  /** No key on its way may be data, and no list or object was met there. */
  readonly isPlain: boolean;
}

type Key = { readonly key: string } | 'item' | 'any';

/**
 * The values of JSON documents by their paths; null where most texts are no JSON object or list. A
 * key counts as one, and can be told, where three documents have it and it looks like the name of a
 * field; others may themselves be what should not be told.
 */
export function pathsOf(texts: readonly string[]): PathValues[] | null {
  const documents = texts.flatMap((text) => parsed(text));
  if (documents.length === 0 || documents.length < texts.length / 2) return null;
  const told = keysOf(documents);
  const found = new Map<
    string,
    {
      name: string;
      parent: string;
      values: (string | number)[];
      sorts: Set<string>;
      isPlain: boolean;
    }
  >();
  const opened = new Set<string>();
  let nodes = 0;
  const visit = (value: unknown, keys: readonly Key[]): void => {
    nodes += 1;
    if (nodes > most.nodes || keys.length > most.depth) return;
    if (typeof value === 'object' && value !== null) {
      opened.add(written(keys));
      if (Array.isArray(value)) {
        for (const item of value) visit(item, [...keys, 'item']);
        return;
      }
      for (const [key, item] of Object.entries(value)) {
        visit(item, [...keys, told.has(key) ? { key } : 'any']);
        // What is no key of a schema is looked into, as a value is.
        if (!told.has(key)) visit(key, [...keys, 'any']);
      }
      return;
    }
    const sort = typeof value;
    if (sort !== 'string' && sort !== 'number' && sort !== 'boolean') return;
    const path = written(keys);
    let known = found.get(path);
    if (!known) {
      if (found.size >= most.paths) return;
      const words = keys.flatMap((it) => (typeof it === 'object' ? it.key : []));
      const [parent = '', name = ''] = [words.at(-2), words.at(-1)];
      known = { name, parent, values: [], sorts: new Set(), isPlain: !keys.includes('any') };
      found.set(path, known);
    }
    known.sorts.add(sort);
    if (sort !== 'boolean') known.values.push(value as string | number);
  };
  for (const document of documents) visit(document, []);
  return [...found].map(([path, it]) => {
    return { path, ...it, isPlain: it.isPlain && !opened.has(path) };
  });
}

function written(keys: readonly Key[]): string {
  const steps = keys.map((it) => {
    if (it === 'item') return '[*]';
    if (it === 'any') return '.*';
    return /^[\p{L}\p{N}_$-]+$/u.test(it.key) ? `.${it.key}` : `[${JSON.stringify(it.key)}]`;
  });
  return `$${steps.join('')}`;
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
  const told = [...times].filter(([key, count]) => count >= 3 && isFieldName(key));
  return new Set(told.map(([key]) => key));
}

/** Of a key that looks like a value, many documents may tell, too: of a person who is everywhere. */
function isFieldName(key: string): boolean {
  if (!/^[\p{L}_][\p{L}\p{N}_-]{0,39}$/u.test(key) || /\p{N}{4}/u.test(key)) return false;
  return findPersonal(key).length === 0 && findPersonal(key.replace(/[_-]+/g, ' ')).length === 0;
}
