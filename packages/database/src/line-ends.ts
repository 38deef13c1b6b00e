const lineEnd = 0x0a;

/** How many lines end in a chunk of a form whose values hold no such byte. */
export function lineEnds(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(lineEnd); at !== -1; at = chunk.indexOf(lineEnd, at + 1)) count += 1;
  return count;
}
