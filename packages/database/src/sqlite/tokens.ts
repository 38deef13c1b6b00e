/** A piece of SQL: a word, a quoted name, a string, or one sign. */
export interface Token {
  /** Words in upper case, so that keywords can be told; all others as they are typed. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$\u0080-\uFFFF]+|[\s\S]/gu;

/** Takes SQL apart, without blanks and comments, by the rules of SQLite's own tokenizer. */
export function tokensOf(sql: string): Token[] {
  return [...sql.matchAll(pattern)]
    .filter(([text]) => !/^(\s|--|\/\*)/.test(text))
    .map(({ 0: text, index }) => ({
      text: /^[\p{L}_]/u.test(text) ? text.toUpperCase() : text,
      start: index,
      end: index + text.length,
    }));
}

/** The parts of a list that stand between commas outside of all parentheses. */
export function commaSeparated(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthOf(token);
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** What stands between the parenthesis at `open` and the one that closes it; not these two. */
export function enclosed(tokens: readonly Token[], open: number): Token[] {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    depth += depthOf(tokens[at] as Token);
    if (depth === 0) return tokens.slice(open + 1, at);
  }
  return tokens.slice(open + 1);
}

function depthOf({ text }: Token): number {
  return text === '(' ? 1 : text === ')' ? -1 : 0;
}

/** The text that tokens were taken from, comments within it too. */
export function sourceOf(sql: string, tokens: readonly Token[]): string {
  return sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}
