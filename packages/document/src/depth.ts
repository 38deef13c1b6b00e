import type { CST } from 'yaml';

/** What people write nests less than ten deep. */
const deepest = 100;

/**
 * Where tokens nest deeper than anything sensible, as an offset; else null. What builds nodes from
 * the tokens calls itself for each level, and a few thousand brackets end the whole process.
 */
export function tooDeepAt(tokens: Iterable<CST.Token>): number | null {
  const rest = [...tokens].map((token) => ({ token, depth: 0 }));
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return 'offset' in token ? token.offset : 0;
    const inner: (CST.Token | null | undefined)[] = [];
    if ('value' in token) inner.push(token.value);
    if ('items' in token) inner.push(...token.items.flatMap((it) => [it.key, it.value]));
    for (const it of inner) if (it) rest.push({ token: it, depth: depth + 1 });
  }
  return null;
}
