import type { Table } from '../model.js';

const tokens = /'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|[()]|[^\s'`()]+|\s+/gs;
const constraint = /^ {2}CONSTRAINT `(?:[^`]|``)*` CHECK /;
const overExpressions = /^ {2}(?:UNIQUE )?KEY `(?:[^`]|``)*` \((?:.*,)?\(/;

/** Takes those checks and indexes out of what SHOW CREATE TABLE says whose own words are told to. */
export function withoutRules(table: Table, isOut: (sql: string) => boolean): Table {
  const lines = table.definition.create.split('\n').flatMap((line) => {
    const isRule = constraint.test(line) || overExpressions.test(line);
    if (isRule) return isOut(line.replace(/^.*?` /s, '')) ? [] : [line];
    return /^ {2}`/.test(line) ? [withoutCheck(line, isOut)] : [line];
  });
  // The line before the one that closes the list has no comma behind it.
  const end = lines.findIndex((line) => line.startsWith(')'));
  if (end > 0) lines[end - 1] = (lines[end - 1] as string).replace(/,$/, '');
  return { ...table, definition: { ...table.definition, create: lines.join('\n') } };
}

/** The line of a column without its own check. */
function withoutCheck(line: string, isOut: (sql: string) => boolean): string {
  const found = [...line.matchAll(tokens)];
  let depth = 0;
  let from = -1;
  for (const { 0: text, index } of found) {
    if (depth === 0 && text.toUpperCase() === 'CHECK') from = index;
    if (text === '(') depth += 1;
    if (text !== ')') continue;
    depth -= 1;
    if (depth > 0 || from === -1) continue;
    const to = index + 1;
    if (!isOut(line.slice(from, to))) return line;
    return line.slice(0, from).trimEnd() + line.slice(to);
  }
  return line;
}
