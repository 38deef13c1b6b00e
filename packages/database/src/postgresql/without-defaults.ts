import type { Column, Table } from '../model.js';
import { quote } from './quote.js';

/** Takes the defaults of columns out of the statement that `declared` has written. */
export function withoutDefaults(table: Table, columns: readonly Column[]): Table {
  let { create, after } = table.definition;
  for (const { name, type, default: value, generated } of columns) {
    if (value === null || generated) continue;
    const head = `\n  ${quote(name)} ${type}`;
    const at = create.indexOf(head);
    const text = ` DEFAULT ${value}`;
    const from = at === -1 ? -1 : create.indexOf(text, at + head.length);
    // A column that is inherited is not declared here.
    if (from !== -1) create = create.slice(0, from) + create.slice(from + text.length);
    const set = [quote(name), name].map((it) => ` ALTER COLUMN ${it} SET DEFAULT `);
    after = after.filter((statement) => !set.some((it) => statement.includes(it)));
  }
  return { ...table, definition: { ...table.definition, create, after } };
}
