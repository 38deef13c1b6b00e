/**
 * Gives a pattern back whose repetitions all have an end, so that a hostile text costs so many steps
 * for each character and no more.
 * @throws Error for a pattern that might run on: it is a fault of ours
 */
export function bounded(pattern: RegExp): RegExp {
  const bare = pattern.source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gu, 'x');
  if (/[*+]|\{\d+,\}/.test(bare)) throw new Error(`a pattern without an end: ${pattern.source}`);
  return pattern;
}

/** Finds all places of a pattern; of a match with groups, the one named `it` is what was found. */
export function* places(
  pattern: RegExp,
  text: string,
): Generator<{ value: string; start: number; end: number; match: RegExpMatchArray }> {
  for (const match of text.matchAll(pattern)) {
    const value = match.groups?.it ?? match[0];
    const start = match.index + match[0].lastIndexOf(value);
    yield { value, start, end: start + value.length, match };
  }
}

/** Of words that a pattern lists: `a|b`. */
export const anyOf = (words: string) => words.trim().split(/\s+/).join('|');
