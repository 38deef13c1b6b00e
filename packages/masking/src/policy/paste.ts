import type { Block } from './block.js';
import { escaped } from './lines.js';

/** A column, and what to write behind it. */
export interface Proposal {
  readonly column: string;
  readonly as: string;
}

/**
 * The lines that classify columns, after a comment that tells where they belong: into the
 * innermost mapping that is there already.
 * @param hint what else might stand there
 */
export function pasteable(
  file: string,
  databases: Block<Block<Block<unknown>>>,
  database: string,
  table: string,
  columns: readonly Proposal[],
  hint: string,
): string {
  const has = (name: string) => databases.of.get(name)?.of.has(escaped(table)) === true;
  const own = escaped(database);
  const path = [!has(own) && has('*') ? '*' : own, escaped(table)];
  let block: Block<unknown> = databases;
  let depth = 0;
  for (; depth < path.length; depth++) {
    const next = block.of.get(path[depth]!) as Block<unknown> | undefined;
    if (!next) break;
    block = next;
  }
  const place = `# ${file}, line ${block.at.line}`;
  const inside = ['databases', ...path.slice(0, depth)].join(' > ');
  const outer = path.slice(depth).map(quoted);
  if (block.isFlow) {
    const comma = block.of.size === 0 ? '' : ', ';
    const pairs = columns.map((it) => `${quoted(escaped(it.column))}: ${it.as}`).join(', ');
    const braces = outer.reduceRight((value, key) => `${key}: { ${value} }`, pairs);
    return `${place}, before the closing brace of ${inside}:\n${comma}${braces}`;
  }
  const indent = block.indent ?? block.at.column + 1;
  const deep = (levels: number) => ' '.repeat(indent + 2 * levels);
  const lines = [
    ...outer.map((key, i) => `${deep(i)}${key}:`),
    ...columns.map(
      (it) => `${deep(outer.length)}${quoted(escaped(it.column))}: ${it.as}  # ${hint}`,
    ),
  ];
  return `${place}, in ${inside}:\n${lines.join('\n')}`;
}

/** Most names stand as they are; in quotes, YAML reads any text as JSON does. */
function quoted(name: string): string {
  const isPlain = /^[\p{L}_][\p{L}\p{N}_.$-]*$/u.test(name);
  const isWord = /^(?:null|true|false)$/i.test(name);
  return isPlain && !isWord ? name : JSON.stringify(name);
}
