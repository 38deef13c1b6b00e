import { TextReader } from './text-reader.js';

/** What stands in braces or brackets, or a scalar, as these files have it. */
export type Flow =
  | { readonly kind: 'text' | 'number'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Flow[] }
  | { readonly kind: 'mapping'; readonly entries: ReadonlyMap<string, Flow> };

/**
 * Reads what fits on one line, in the very form in which it is written; null where anything is
 * otherwise, for the reader of YAML to judge.
 */
export function readFlow(text: string): Flow | null {
  const reader = new FlowReader(text);
  const found = reader.value();
  return reader.atEnd ? found : null;
}

const word = /[A-Za-z_][\w@./+-]*(?: [\w@./+-]+)*/y;
const digits = /-?\d+/y;
const double = /"(?:[^"\\]|\\.)*"/y;
const single = /'(?:[^']|'')*'/y;
const taken = /^(true|false|yes|no|on|off|y|n)$/i;

class FlowReader extends TextReader {
  value(): Flow | null {
    if (this.takes('{ ')) return this.#mapping();
    if (this.takes('[')) return this.#list();
    const number = this.match(digits)?.[0] ?? null;
    if (number !== null) return { kind: 'number', text: number };
    return this.#scalar();
  }

  #mapping(): Flow | null {
    const entries = new Map<string, Flow>();
    do {
      const name = this.#scalar();
      if (name?.kind !== 'text' || entries.has(name.text) || !this.takes(': ')) return null;
      const value = this.value();
      if (!value) return null;
      entries.set(name.text, value);
    } while (this.takes(', '));
    return this.takes(' }') ? { kind: 'mapping', entries } : null;
  }

  #list(): Flow | null {
    const items: Flow[] = [];
    do {
      const value = this.value();
      if (!value) return null;
      items.push(value);
    } while (this.takes(', '));
    return this.takes(']') ? { kind: 'list', items } : null;
  }

  #scalar(): Extract<Flow, { kind: 'text' | 'number' | 'null' }> | null {
    const quoted = this.match(double)?.[0] ?? null;
    if (quoted !== null) {
      const text = parsed(quoted);
      return text === null ? null : { kind: 'text', text };
    }
    const marked = this.match(single)?.[0] ?? null;
    if (marked !== null) return { kind: 'text', text: marked.slice(1, -1).replaceAll("''", "'") };
    const text = this.match(word)?.[0] ?? null;
    if (text === 'null') return { kind: 'null' };
    return text === null || taken.test(text) || /^null$/i.test(text)
      ? null
      : { kind: 'text', text };
  }
}

function parsed(written: string): string | null {
  try {
    return JSON.parse(written) as string;
  } catch {
    return null;
  }
}
