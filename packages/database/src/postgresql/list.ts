/**
 * Reads the text of an array, of any dimensions; null where it is none.
 * Source: PostgreSQL, "Array Input and Output Syntax".
 */
export function listOf(text: string, item: (text: string) => unknown): unknown[] | null {
  // Bounds other than from 1 stand before it.
  let at = /^(\[[-\d]+:[-\d]+\])+=/.exec(text)?.[0].length ?? 0;
  if (text[at] !== '{') return null;
  const read = (): unknown[] => {
    const items: unknown[] = [];
    at += 1;
    while (text[at] !== '}' && at < text.length) {
      if (text[at] === ',') at += 1;
      else if (text[at] === '{') items.push(read());
      else if (text[at] === '"') items.push(item(quoted()));
      else items.push(plain());
    }
    at += 1;
    return items;
  };
  const quoted = (): string => {
    const from = at + 1;
    for (at = from; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
    at += 1;
    return text.slice(from, at - 1).replace(/\\(.)/gs, '$1');
  };
  const plain = (): unknown => {
    const word = /[^,{}]*/y;
    word.lastIndex = at;
    const found = word.exec(text)?.[0] ?? '';
    at += found.length;
    return found === 'NULL' ? null : item(found);
  };
  return read();
}
