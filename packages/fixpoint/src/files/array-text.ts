import type { Value } from '@hot-fixture/database';
import { TextReader } from './text-reader.js';

/** An array as a tree of texts. */
export type ArrayTree = readonly (string | null | ArrayTree)[];

/**
 * The text of an array, such as `{1,NULL,"a b"}`, as a tree that gives the same text again; null
 * where it would not, as with bounds of its own.
 */
export function arrayOf(value: Value): ArrayTree | null {
  if (typeof value !== 'string' || !value.startsWith('{') || !value.isWellFormed()) return null;
  const reader = new ArrayReader(value);
  const tree = reader.list();
  return tree && reader.atEnd && arrayText(tree) === value ? tree : null;
}

export function arrayText(tree: ArrayTree): string {
  const items = tree.map((it) => {
    if (it === null) return 'NULL';
    return typeof it === 'string' ? quoted(it) : arrayText(it);
  });
  return `{${items.join(',')}}`;
}

function quoted(text: string): string {
  const isPlain = text !== '' && !/[{}",\\\s]/.test(text) && !/^null$/i.test(text);
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

class ArrayReader extends TextReader {
  list(): ArrayTree | null {
    if (!this.takes('{')) return null;
    const items: (string | null | ArrayTree)[] = [];
    if (this.takes('}')) return items;
    do {
      const nested = this.isAt('{');
      const item = nested ? this.list() : this.#item();
      if (item === undefined || (nested && item === null)) return null;
      items.push(item);
    } while (this.takes(','));
    return this.takes('}') ? items : null;
  }

  #item(): string | null | undefined {
    const form = /"((?:[^"\\]|\\.)*)"|[^{}",\\]+/suy;
    const match = this.match(form);
    if (!match) return undefined;
    if (match[1] !== undefined) return match[1].replace(/\\(.)/gsu, '$1');
    return match[0] === 'NULL' ? null : match[0];
  }
}
