import type { Block } from './block.js';

const proposal = 'deny  # or keep, or a masker';

/**
 * The lines that classify a column, after a comment that tells where they belong: into the
 * innermost mapping that is there already.
 */
export function pasteable(
  file: string,
  databases: Block<Block<Block<unknown>>>,
  database: string,
  table: string,
  column: string,
): string {
  const has = (name: string) => databases.of.get(name)?.of.has(table) === true;
  const path = [!has(database) && has('*') ? '*' : database, table];
  let block: Block<unknown> = databases;
  let depth = 0;
  for (; depth < path.length; depth++) {
    const next = block.of.get(path[depth]!) as Block<unknown> | undefined;
    if (!next) break;
    block = next;
  }
  const place = `# ${file}, line ${block.at.line}`;
  const inside = ['databases', ...path.slice(0, depth)].join(' > ');
  const [first, ...inner] = [...path.slice(depth), column].map(quoted);
  if (block.isFlow) {
    const comma = block.of.size === 0 ? '' : ', ';
    const braces = inner.reduceRight((value, key) => `{ ${key}: ${value} }`, 'deny');
    return `${place}, before the closing brace of ${inside}:\n${comma}${first}: ${braces}`;
  }
  const indent = block.indent ?? block.at.column + 1;
  const lines = [first, ...inner].map((key, i) => `${' '.repeat(indent + 2 * i)}${key}:`);
  return `${place}, in ${inside}:\n${lines.join('\n')} ${proposal}`;
}

/** Most names stand as they are; in quotes, YAML reads any text as JSON does. */
function quoted(name: string): string {
  const isPlain = /^[\p{L}_][\p{L}\p{N}_.$-]*$/u.test(name);
  const isWord = /^(?:null|true|false)$/i.test(name);
  return isPlain && !isWord ? name : JSON.stringify(name);
}
