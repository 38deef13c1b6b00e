import { asPlain } from '../hidden.js';
import type { Column, Table } from '../model.js';
import { quote } from './quote.js';
import { sequencesIn } from './sequences.js';

const token = /'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`|[(),]|[^\s'`(),]+|\s+/gs;

/** What may follow a default in the line of a column. */
const clauses = /^(COMMENT|CHECK|ON|INVISIBLE|COLUMN_FORMAT|STORAGE|REFERENCES|\/\*.*|,)$/i;

/** A comment of a table, an index or a partition; a name or a text is passed over. */
const comments =
  /(`(?:[^`]|``)*`)|\s+COMMENT\s*=?\s*'(?:[^'\\]|''|\\.)*'|('(?:[^'\\]|''|\\.)*')/gis;
const start = / start with -?\d+ minvalue -?\d+ maxvalue -?\d+/i;

/**
 * Takes the defaults and comments of columns out of what SHOW CREATE TABLE says, a line each, with
 * what generates them, all comments that are of no column, and where their sequences start.
 */
export function withoutDefaults(table: Table, columns: readonly Column[]): Table {
  if (columns.length === 0) return table;
  const lines = table.definition.create
    .split('\n')
    .map((line) =>
      /^ {2}(?:`|CONSTRAINT )/.test(line)
        ? line
        : line.replace(comments, (_, name?: string, text?: string) => name ?? text ?? ''),
    );
  for (const column of columns) {
    const at = lines.findIndex((line) => line.startsWith(`  ${quote(column.name)} `));
    if (at !== -1) lines[at] = bare(lines[at] as string, column);
  }
  const hidden = new Set(columns.map(({ name }) => name));
  const drawn = table.columns
    .filter(({ name }) => !hidden.has(name))
    .flatMap((it) =>
      sequencesIn(it.default).map((name) => `CREATE SEQUENCE IF NOT EXISTS ${name} `),
    );
  const requires = table.definition.requires.map((it) =>
    !it.startsWith('CREATE SEQUENCE ') || drawn.some((head) => it.startsWith(head))
      ? it
      : it.replace(start, ''),
  );
  const plain = columns.filter((it) => it.generated && it.default !== null);
  return {
    ...table,
    columns: asPlain(table.columns, new Set(plain.map(({ name }) => name))),
    definition: { ...table.definition, requires, create: lines.join('\n') },
  };
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
    else if (word === 'GENERATED' && column.generated && column.default !== null) clause = word;
    else if (clauses.test(word)) clause = '';
    if (clause === '') kept = word === ',' ? `${kept.trimEnd()},` : kept + text;
    if (text === '(') depth += 1;
  }
  return kept.trimEnd();
}
