/** A text that comes in pieces; a string is one piece. */
export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** The lines of a text that comes in pieces. Only `\n` ends one: JSON may hold all others raw. */
export async function* linesOf(pieces: Pieces): AsyncGenerator<string> {
  for await (const lines of lineGroupsOf(pieces)) yield* lines;
}

/** The same, those of each piece at once: to wait for each line takes longer than to read it. */
export async function* lineGroupsOf(pieces: Pieces): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of typeof pieces === 'string' ? [pieces] : pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = text.split('\n');
    // A long line comes in many pieces: each is looked through once.
    if (lines.length > 1) {
      lines[0] = rest + lines[0];
      rest = '';
    }
    rest += lines.pop() as string;
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}
