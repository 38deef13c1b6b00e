type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** The lines of a text that comes in pieces. Only `\n` ends one: JSON may hold all others raw. */
export async function* linesOf(pieces: Pieces): AsyncGenerator<string> {
  for await (const lines of lineGroupsOf(pieces)) yield* lines;
}

/** The same, those of each piece at once: to wait for each line takes longer than to read it. */
export async function* lineGroupsOf(pieces: Pieces): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() as string;
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}
