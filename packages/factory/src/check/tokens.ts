/** A piece of an SQL condition, in any of the dialects. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
}

const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  // The words before a text tell how it is written: E'…', N'…', _utf8mb4'…'.
  ['text', /(?:\b(?:[eEnN]|_\w+) ?)?'(?:[^'\\]|''|\\.)*'/sy],
  ['name', /"(?:[^"]|"")*"|`(?:[^`]|``)*`/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['sign', /::|<=|>=|<>|!=|\|\||!~~\*?|~~\*?|!~\*?|~\*?|[=<>()[\],+\-*/%.]/y],
];

/** Null where it holds what no condition that we know of holds. */
export function tokensOf(sql: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const before = at;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const found = pattern.exec(sql)?.[0];
      if (found === undefined) continue;
      at += found.length;
      if (kind !== 'space') tokens.push({ kind, text: unquoted(kind, found) });
      break;
    }
    if (at === before) return null;
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function unquoted(kind: Token['kind'], text: string): string {
  if (kind === 'text') {
    const inner = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
    return /^\s*[eE_]/.test(text) || inner.includes("\\'") ? inner.replace(/\\(.)/gs, '$1') : inner;
  }
  if (kind === 'name') {
    const mark = text[0] as string;
    return text.slice(1, -1).replaceAll(mark + mark, mark);
  }
  return text;
}
