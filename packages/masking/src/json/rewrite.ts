import { begin, ending, follow, type Path, type Progress } from './path.js';

/** What becomes of a part of a document, the same in all of it but where a path says otherwise. */
export type Fate = 'keep' | 'drop' | 'null' | ((literal: string) => string);

/** Deeper documents are no documents that people make. */
const deepest = 400;

/**
 * Writes a JSON document anew. What is kept stays to the letter: white space, long numbers, keys that
 * stand twice. What is dropped from an object goes with its key, and leaves null in a list.
 * @param fateOf the fate of what stands at the end of some of the paths, or within it; null for none
 * @param maskKey what becomes of a key that no path names, where what stands there is masked, or where
 *   only `*` leads there
 * @returns null where the text is no JSON, or nested too deep
 */
export function rewriteJson(
  text: string,
  paths: readonly Path[],
  fateOf: (ended: readonly number[]) => Fate | null,
  others: 'keep' | 'drop',
  maskKey: (key: string) => string,
): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let at = 0;
  const skipSpace = () => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  const literal = () => {
    const from = at;
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
      at += 1;
    } else while (/[^\s,\]}]/.test(text[at] ?? ',')) at += 1;
    return text.slice(from, at);
  };

  const staysKey = (progress: Progress, above: readonly number[], key: string): boolean => {
    const steps = progress.map(([path, at]) => paths[path]?.[at]);
    if (steps.some((step) => step?.name === key)) return true;
    const ended = [...above, ...ending(paths, follow(paths, progress, key))];
    const fate = fateOf(ended) ?? others;
    if (fate === 'keep') return true;
    return fate === 'drop' && steps.every((step) => !step || step.deep || step.name !== null);
  };

  /** Null where nothing is left of it. */
  const value = (progress: Progress, above: readonly number[], depth: number): string | null => {
    if (depth > deepest) throw new RangeError('nested too deep');
    skipSpace();
    const ended = [...above, ...ending(paths, progress)];
    const fate = fateOf(ended) ?? others;
    const isList = text[at] === '[';
    if (!isList && text[at] !== '{') {
      const written = literal();
      if (fate === 'drop') return null;
      if (fate === 'null') return 'null';
      return fate === 'keep' || written === 'null' ? written : fate(written);
    }
    const open = text[at];
    const end = isList ? ']' : '}';
    const from = at;
    at += 1;
    const parts: string[] = [];
    let isWhole = true;
    let left = 0;
    for (let index = 0; ; index++) {
      skipSpace();
      if (text[at] === ',') at += 1;
      skipSpace();
      if (text[at] === end) break;
      const begun = at;
      let head = '';
      let isKeyKept = true;
      let key: string | number = index;
      if (!isList) {
        const name = literal();
        key = JSON.parse(name) as string;
        skipSpace();
        at += 1;
        skipSpace();
        head = text.slice(begun, at);
        isKeyKept = staysKey(progress, ended, key);
        if (!isKeyKept) head = `${JSON.stringify(maskKey(key))}:`;
      }
      const valueFrom = at;
      const written = value(follow(paths, progress, key), ended, depth + 1);
      isWhole &&= isKeyKept && written === text.slice(valueFrom, at);
      if (written !== null) left += 1;
      if (written !== null || isList) parts.push(head + (written ?? 'null'));
    }
    at += 1;
    if (fate === 'null') return 'null';
    if (isWhole && (parts.length > 0 || fate !== 'drop')) return text.slice(from, at);
    // A list or object of which nothing is left goes as a whole.
    return left === 0 && fate === 'drop' ? null : `${open}${parts.join(',')}${end}`;
  };
  try {
    return value(begin(paths), [], 0) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
