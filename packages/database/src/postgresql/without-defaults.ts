import { asPlain } from '../hidden.js';
import type { Column, Table } from '../model.js';
import { quote } from './quote.js';

const start = / START -?\d+ INCREMENT (-?\d+) MINVALUE -?\d+ MAXVALUE -?\d+/;
const sequence =
  /^CREATE SEQUENCE IF NOT EXISTS ((?:"(?:[^"]|"")*"|[^".\s])+\.("(?:[^"]|"")*"|[^".\s]+)) /;

/**
 * Takes the defaults of columns out of the statement that `declared` has written, with what generates
 * them and where they begin to count.
 */
export function withoutDefaults(table: Table, columns: readonly Column[]): Table {
  if (columns.length === 0) return table;
  let { create, after } = table.definition;
  for (const column of columns) {
    const { name, type, default: value, generated, identity } = column;
    if (value === null && !identity) continue;
    const at = create.indexOf(`\n  ${quote(name)} ${type}`);
    const from = at === -1 ? -1 : at + `\n  ${quote(name)} ${type}`.length;
    const text = generated
      ? ` GENERATED ALWAYS AS (${value}) ${generated.toUpperCase()}`
      : ` DEFAULT ${value}`;
    // A column that is inherited is not declared here.
    if (from !== -1) create = identity ? numberedAnew(create, from) : cut(create, from, text);
    if (from !== -1 && generated && !column.nullable) create = cut(create, from, ' NOT NULL');
    const set = [quote(name), name].map((it) => ` ALTER COLUMN ${it} SET DEFAULT `);
    after = after.filter((statement) => !set.some((it) => statement.includes(it)));
  }
  const kept = table.columns.filter(({ name }) => !columns.some((it) => it.name === name));
  const requires = table.definition.requires.map((it) => {
    const [, whole = '', name = ''] = sequence.exec(it) ?? [];
    return whole === '' || numbers(table, whole, name, kept)
      ? it
      : it.replace(start, ' INCREMENT $1');
  });
  const plain = columns.filter((it) => it.generated && it.default !== null);
  return {
    ...table,
    columns: asPlain(table.columns, new Set(plain.map(({ name }) => name))),
    definition: { ...table.definition, requires, create, after },
  };
}

function cut(sql: string, from: number, text: string): string {
  const at = sql.indexOf(text, from);
  return at === -1 ? sql : sql.slice(0, at) + sql.slice(at + text.length);
}

function numberedAnew(sql: string, from: number): string {
  const end = sql.indexOf('\n', from);
  const line = sql.slice(from, end);
  return sql.slice(0, from) + line.replace(start, ' INCREMENT $1') + sql.slice(end);
}

/** Whether a sequence is of a column of these: owned by it, or in its default. */
function numbers(table: Table, whole: string, name: string, columns: readonly Column[]): boolean {
  const bare = name.replace(/^"|"$/g, '').replaceAll('""', '"');
  return columns.some((column) => {
    const { default: value } = column;
    if (value?.includes('nextval(') && value.includes(bare)) return true;
    const owned = `ALTER SEQUENCE ${whole} OWNED BY `;
    return table.definition.after.some(
      (it) =>
        it.startsWith(owned) &&
        [quote(column.name), column.name].some((of) => it.endsWith(`.${of}`)),
    );
  });
}
