import type { MaskerChoice } from '../bind.js';
import { type Decision, strictest } from '../policy/decision.js';
import { begin, ending, follow, type Path, type Progress, parsePath } from './path.js';

/** A way into documents: names, positions, and `all` for every member or item. */
export type Way = readonly (string | number | { readonly all: true })[];

/**
 * What a column's masker does to what stands at one place of its documents.
 * @returns `keep` where all of it leaves as it is, `deny` where none of it leaves, and `change` where
 *   it is masked, or some of it stays behind
 */
export function decidedAt({ masker, options }: MaskerChoice, way: Way): 'keep' | 'deny' | 'change' {
  const given = options.paths;
  if (masker !== 'json' || typeof given !== 'object') return 'change';
  const decisions = Object.values(given);
  const paths = Object.keys(given).map((text) => parsePath(text) ?? []);
  const strictestOf = (ended: ReadonlySet<number>) =>
    strictest([...ended].map((i) => decisions[i] as Decision))?.kind;
  // Of `[*]`, a line for `[0]` is about some items, and a line for `[*]` about each.
  const some = endedOn(paths, way, true);
  const others = options.others === 'keep' ? 'keep' : 'deny';
  const each = strictestOf(endedOn(paths, way, false)) ?? (some.size > 0 ? null : others);
  if (each === 'deny') return 'deny';
  const isKept = (each ?? others) === 'keep' && (strictestOf(some) ?? others) === 'keep';
  return isKept ? 'keep' : 'change';
}

/** The paths that end on the way, or at its end. */
function endedOn(paths: readonly Path[], way: Way, isSome: boolean): ReadonlySet<number> {
  let at: Progress = begin(paths);
  const ended = new Set(ending(paths, at));
  for (const step of way) {
    at = typeof step === 'object' ? followAll(paths, at, isSome) : follow(paths, at, step);
    for (const path of ending(paths, at)) ended.add(path);
  }
  return ended;
}

/** As `follow`, for every key at once: a step that names one of them counts only where some do. */
function followAll(paths: readonly Path[], progress: Progress, isSome: boolean): Progress {
  return progress.flatMap(([path, at]) => {
    const step = paths[path]?.[at];
    if (!step) return [];
    const onward = isSome || step.name === null ? [[path, at + 1] as const] : [];
    return step.deep ? [...onward, [path, at] as const] : onward;
  });
}
