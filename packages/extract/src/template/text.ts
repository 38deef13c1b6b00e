import type { Text } from './model.js';

/** Reads a text with variables: `${name}`, `$1`, `${1}`. */
export function parseText(text: string, where: string): Text {
  const pieces: (string | { variable: string })[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{\s*(\w+)\s*\}|\$(\d+)/g)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ variable: (match[1] ?? match[2]) as string });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return { pieces, where };
}

/** Puts the values in; `fit` makes each of them fit for the place. */
export function fillText(
  text: Text,
  variables: Readonly<Record<string, string>>,
  fit: (value: string) => string,
): string {
  return text.pieces
    .map((piece) => (typeof piece === 'string' ? piece : fit(variables[piece.variable] ?? '')))
    .join('');
}
