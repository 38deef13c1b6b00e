/** Pairs of two lists, and what is left of each. */
export interface Match<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly left: readonly T[];
  readonly right: readonly T[];
}

/** How many steps are taken to move pairs that stand, so that more come together. */
const mostSteps = 2_000_000;

/**
 * The most pairs that fit, each member in one pair at most: augmenting paths, after Kuhn (1955).
 * Where lists are so long that this would take too long, there may be fewer.
 */
export function matchMost<T>(
  left: readonly T[],
  right: readonly T[],
  fits: (a: T, b: T) => boolean,
): Match<T> {
  const partnerOf = new Array<number>(right.length).fill(-1);
  let steps = 0;
  let firstLoose = 0;
  const tryTo = (from: number, seen: Set<number>): boolean => {
    // One that nobody has comes first: mostly it fits, and nothing has to move.
    for (let to = firstLoose; to < right.length; to += 1) {
      if (partnerOf[to] !== -1) continue;
      steps += 1;
      if (fits(left[from] as T, right[to] as T)) {
        partnerOf[to] = from;
        while (firstLoose < right.length && partnerOf[firstLoose] !== -1) firstLoose += 1;
        return true;
      }
      if (steps > mostSteps) return false;
    }
    for (let to = 0; to < right.length && steps <= mostSteps; to += 1) {
      const owner = partnerOf[to] as number;
      steps += 1;
      if (owner === -1 || seen.has(to) || !fits(left[from] as T, right[to] as T)) continue;
      seen.add(to);
      if (tryTo(owner, seen)) {
        partnerOf[to] = from;
        return true;
      }
    }
    return false;
  };
  const lonely = new Set<number>();
  for (const from of left.keys()) if (!tryTo(from, new Set())) lonely.add(from);
  return {
    pairs: right.flatMap((b, to) => {
      const from = partnerOf[to] as number;
      return from === -1 ? [] : [[left[from] as T, b] as const];
    }),
    left: left.filter((_, from) => lonely.has(from)),
    right: right.filter((_, to) => partnerOf[to] === -1),
  };
}
