const spaces = /\s*/y;
const bounds = /(?:\[-?\d+(?::-?\d+)?\])+\s*=\s*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const bare = /[^\s"{},\\](?:[^"{},\\]*[^\s"{},\\])?/y;

/**
 * The elements of an array as PostgreSQL writes it, of all dimensions in one list; null where the text
 * is none. Form: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function elementsOf(text: string): (string | null)[] | null {
  const found: (string | null)[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match) at = form.lastIndex;
    return match;
  };
  /** How long the dimensions below are, as `2,3`; null where they differ or it is no array. */
  const dimensions = (depth: number): string | null => {
    if (text[at] !== '{' || depth > 6) return null;
    at += 1;
    take(spaces);
    let below: string | undefined;
    let length = 0;
    for (; text[at] !== '}'; length += 1) {
      if (length > 0 && text[at++] !== ',') return null;
      take(spaces);
      const one = text[at] === '{' ? dimensions(depth + 1) : element();
      below ??= one ?? undefined;
      if (one === null || below !== one) return null;
      take(spaces);
    }
    at += 1;
    return `${length},${below ?? ''}`;
  };
  const element = (): '' | null => {
    const match = take(quoted);
    const word = match ? match[1]?.replace(/\\(.)/gs, '$1') : take(bare)?.[0];
    if (word === undefined) return null;
    found.push(!match && /^null$/i.test(word) ? null : word);
    return '';
  };
  take(spaces);
  take(bounds);
  const isWhole = dimensions(1) !== null;
  take(spaces);
  return isWhole && at === text.length ? found : null;
}
