import { HfitError } from '@hot-fixture/errors';

export interface Token {
  readonly kind: 'name' | 'quoted' | 'number' | 'string' | 'variable' | 'symbol' | 'end';
  readonly text: string;
  /** Of its first character, counted from 1. */
  readonly position: number;
}

const patterns: readonly [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['variable', /\$\{\s*(\w+)\s*\}|\$(\w+)/y],
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['string', /'((?:[^']|'')*)'/y],
  ['quoted', /"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[([^\]]+)\]/y],
  ['name', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['symbol', /<>|!=|<=|>=|[=<>(),.*]/y],
];

/** What a person writes, and a list of some ten thousand numbers. */
const longest = 100_000;

/** Cuts the text of a filter into tokens; what is not of its small language is refused. */
export function tokens(text: string): Token[] {
  if (text.length > longest) {
    throw syntaxError(longest + 1, `it is longer than ${longest} characters`);
  }
  const found: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const token = tokenAt(text, position);
    if (!token) {
      const character = [...text.slice(position)][0] ?? '';
      throw syntaxError(position + 1, `unexpected ${JSON.stringify(character)}`);
    }
    if (token.kind !== 'space') {
      found.push({ kind: token.kind, text: token.text, position: position + 1 });
    }
    position += token.length;
  }
  found.push({ kind: 'end', text: '', position: text.length + 1 });
  return found;
}

function tokenAt(text: string, position: number) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) {
      const inner = match.slice(1).find((group) => group !== undefined) ?? match[0];
      return { kind, text: unescapeQuotes(kind, match[0], inner), length: match[0].length };
    }
  }
  return null;
}

function unescapeQuotes(kind: string, whole: string, inner: string): string {
  if (kind !== 'string' && kind !== 'quoted') return inner;
  const quote = whole[0] as string;
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}

export function syntaxError(position: number, reason: string): HfitError {
  return new HfitError('HFIT_FILTER_SYNTAX', { position, reason });
}
