/** Whether a path of a file fits. */
export type PathPattern = (path: string) => boolean;

/**
 * Reads a pattern of paths: `*` and `?` stand for anything but `/`, `**` for anything, and `**` as a
 * folder for none as well. All ways to fit are gone at once, character by character, so that no
 * pattern takes more steps than its length times that of the path.
 */
export function pathPattern(pattern: string): PathPattern {
  const pieces = pattern.match(/(?<![^/])\*\*\/|\*+|[\s\S]/gu) ?? [];
  return (path) => {
    let places = entered(pieces, 0, new Set<number>());
    for (const sign of path) {
      const next = new Set<number>();
      for (const place of places) step(pieces, place, sign, next);
      if (next.size === 0) return false;
      places = next;
    }
    return places.has(pieces.length);
  };
}

/** Adds a place among the pieces, and those behind pieces that may stand for nothing. */
function entered(pieces: readonly string[], place: number, places: Set<number>): Set<number> {
  places.add(place);
  return pieces[place]?.startsWith('*') ? entered(pieces, place + 1, places) : places;
}

/** Adds where one more character of the path leads from a place. */
function step(pieces: readonly string[], place: number, sign: string, next: Set<number>): void {
  const piece = pieces[place];
  if (piece === undefined) return;
  if (piece === '**/') {
    // Within a folder it is not over: only behind a slash the next piece begins.
    next.add(place);
    if (sign === '/') entered(pieces, place + 1, next);
  } else if (piece.startsWith('*')) {
    if (piece !== '*' || sign !== '/') entered(pieces, place, next);
  } else if (piece === '?' ? sign !== '/' : piece === sign) {
    entered(pieces, place + 1, next);
  }
}
