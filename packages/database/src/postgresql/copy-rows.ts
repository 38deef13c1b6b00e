const lineEnd = 0x0a;
const largePiece = 4 * 1024 * 1024;

/**
 * Joins chunks of COPY's text format to larger ones, none of which cuts a row in two.
 * @param pieceSize of how many bytes a chunk has to be at least, but for the last
 */
export async function* wholeRows(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pieceSize = largePiece,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    size += chunk.length;
    if (size < pieceSize) continue;
    const joined = Buffer.concat(pieces);
    const end = joined.lastIndexOf(lineEnd) + 1;
    if (end > 0) yield joined.subarray(0, end);
    pieces = [joined.subarray(end)];
    size = joined.length - end;
  }
  if (size > 0) yield Buffer.concat(pieces);
}
