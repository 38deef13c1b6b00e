/**
 * A text from elsewhere as a terminal may show it: control characters, which could move its cursor
 * or change what stands above, become visible. Line breaks stay when `lines` says so.
 */
export function printable(text: string, lines = false): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character;
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
