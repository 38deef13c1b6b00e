import { stringify } from 'yaml';
import type { Block, DatabasesBlock } from './policy.js';

const proposal = 'deny  # or keep, or a masker';

/**
 * The lines that classify a column, with a comment before them that tells where they belong:
 * into the innermost mapping that is there already.
 * @param path database, table, column
 */
export function pasteable(
  file: string,
  databases: DatabasesBlock,
  path: readonly [string, string, string],
): string {
  const [database, table] = path;
  const name =
    databases.of.get(database)?.of.has(table) || !databases.of.get('*')?.of.has(table)
      ? database
      : '*';
  const keys = [name, table, path[2]];
  let block: Block<unknown> = databases;
  let depth = 0;
  for (; depth < 2; depth++) {
    const next = block.of.get(keys[depth]!) as Block<unknown> | undefined;
    if (!next) break;
    block = next;
  }
  const inside = ['databases', ...keys.slice(0, depth)].join(' > ');
  const missing = keys.slice(depth).map(quoted);
  if (block.isFlow) {
    const braces = missing.slice(1).reduceRight((inner, key) => `{ ${key}: ${inner} }`, 'deny');
    return `# ${file}, line ${block.line}, before the closing brace of ${inside}:\n, ${missing[0]}: ${braces}`;
  }
  const indent = block.indent ?? 2 * (depth + 1);
  const lines = missing.map((key, i) => `${' '.repeat(indent + 2 * i)}${key}:`);
  return `# ${file}, line ${block.line}, in ${inside}:\n${lines.join('\n')} ${proposal}`;
}

/** As YAML needs it: most names as they are. */
function quoted(name: string): string {
  return stringify(name, { lineWidth: 0 }).trimEnd();
}
