/** A step of a path: a key, a position, or anything; `deep` may stand below several levels. */
interface Step {
  readonly name: string | number | null;
  readonly deep: boolean;
}

export type Path = readonly Step[];

const step = /(\.\.|\.)([\p{L}\p{N}_$-]+|\*)|\[(\d+|\*)\]|\[("(?:[^"\\]|\\.)*")\]/uy;

/**
 * Reads `$.contact.email`, `$.items[*].name`, `$.items[0]`, `$["a b"]`, `$..email` (at any depth), and
 * `$` for the whole; null for everything else.
 */
export function parsePath(text: string): Path | null {
  if (!text.startsWith('$')) return null;
  const path: Step[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const [, dots, name, position, quoted] = step.exec(text) ?? [];
    const deep = dots === '..';
    if (name !== undefined) path.push({ name: name === '*' ? null : name, deep });
    else if (position !== undefined) {
      path.push({ name: position === '*' ? null : Number(position), deep });
    } else if (quoted !== undefined) path.push({ name: nameIn(quoted), deep });
    else return null;
  }
  return path;
}

function nameIn(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return '';
  }
}

/** How far each of several paths has come: the index of the path, and of its next step. */
export type Progress = readonly (readonly [path: number, step: number])[];

/** Where all paths stand at the root. */
export const begin = (paths: readonly Path[]): Progress => paths.map((_, i) => [i, 0] as const);

/** Where they stand at a member of an object or an item of a list. */
export function follow(paths: readonly Path[], progress: Progress, key: string | number): Progress {
  return progress.flatMap(([path, at]) => {
    const step = paths[path]![at];
    if (!step) return [];
    const fits = step.name === null || step.name === key;
    const onward = fits ? [[path, at + 1] as const] : [];
    return step.deep ? [...onward, [path, at] as const] : onward;
  });
}

/** The paths that end here. */
export function ending(paths: readonly Path[], progress: Progress): number[] {
  return progress.filter(([path, at]) => at === paths[path]!.length).map(([path]) => path);
}
