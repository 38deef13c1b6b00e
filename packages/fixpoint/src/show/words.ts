import { printable } from '@hot-fixture/changes';
import type { Value } from '@hot-fixture/database';

/** A value as people read it: bare where that cannot be mistaken for something else. */
export function inWords(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[\p{L}\p{N}_.:@/+-]+( [\p{L}\p{N}_.:@/+-]+)?$/u.test(value) && value !== 'NULL';
  return isPlain ? value : `'${printable(value)}'`;
}

/** No more than some characters, from the beginning. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** How many characters before the first difference are shown. */
const lead = 15;

/** Both of two texts, cut where they begin to differ, so that what differs is seen. */
export function cutAlike(before: string, after: string, length: number): [string, string] {
  const [a, b] = [Array.from(before), Array.from(after)];
  if (a.length <= length && b.length <= length) return [before, after];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  const from = same > lead + 3 ? same - lead : 0;
  const window = (characters: string[]) => {
    const begin = from > 0 ? '…' : '';
    return cut(`${begin}${characters.slice(from, from + length + 1).join('')}`, length);
  };
  return [window(a), window(b)];
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
