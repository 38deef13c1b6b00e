import type { Column, Table } from '../model.js';
import { quote } from './quote.js';

const token = /'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|[(),]|[^\s'`(),]+|\s+/gs;

/** What may follow a default in the line of a column. */
const clauses = /^(COMMENT|CHECK|ON|INVISIBLE|COLUMN_FORMAT|STORAGE|REFERENCES|\/\*.*|,)$/i;

/** Takes the defaults and comments of columns out of what SHOW CREATE TABLE says: a line each. */
export function withoutDefaults(table: Table, columns: readonly Column[]): Table {
  const lines = table.definition.create.split('\n');
  for (const column of columns) {
    const at = lines.findIndex((line) => line.startsWith(`  ${quote(column.name)} `));
    if (at !== -1) lines[at] = bare(lines[at] as string, column);
  }
  return { ...table, definition: { ...table.definition, create: lines.join('\n') } };
}

function bare(line: string, column: Column): string {
  let depth = 0;
  let clause = '';
  let kept = '';
  for (const [text] of line.matchAll(token)) {
    if (text === ')') depth -= 1;
    const word = depth === 0 ? text.toUpperCase() : '';
    if (word === 'DEFAULT' && column.default !== null && !column.generated) {
      clause = word;
      // A column that may be null has this default, and the server says so.
      if (column.nullable) kept += 'DEFAULT NULL ';
    } else if (word === 'COMMENT') clause = word;
    else if (clauses.test(word)) clause = '';
    if (clause === '') kept = word === ',' ? `${kept.trimEnd()},` : kept + text;
    if (text === '(') depth += 1;
  }
  return kept.trimEnd();
}
