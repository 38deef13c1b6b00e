import { qualified, type Schema, type Table } from './model.js';

/** A schema in the form in which it is kept, to be compared later: by table, as JSON. */
export type KeptSchema = Readonly<Record<string, KeptTable>>;

interface KeptTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly rest: string;
}

export function keptSchema(tables: readonly Table[]): KeptSchema {
  return Object.fromEntries(tables.map((table) => [qualified(table), kept(table)]));
}

function kept(table: Table): KeptTable {
  const { columns, schema: _, name: __, ...rest } = table;
  return {
    columns: Object.fromEntries(
      // What its type is made of is told by the definitions of the table.
      columns.map(({ name, madeOf: _, ...column }) => [name, JSON.stringify(column)]),
    ),
    rest: JSON.stringify([columns.map(({ name }) => name), rest]),
  };
}

/**
 * Tells what is not as it was kept: the first table or column, in words such as
 * `column b of table public.a was added`. Null where all is the same.
 */
export function schemaChange(
  before: KeptSchema,
  { tables }: Pick<Schema, 'tables'>,
): string | null {
  const now = keptSchema(tables);
  for (const [name, table] of Object.entries(before)) {
    // By own names: a table may be called `constructor`.
    const other = Object.hasOwn(now, name) ? now[name] : undefined;
    if (!other) return `table ${name} was dropped or renamed`;
    for (const [column, shape] of Object.entries(table.columns)) {
      const otherShape = Object.hasOwn(other.columns, column) ? other.columns[column] : undefined;
      if (otherShape === undefined)
        return `column ${column} of table ${name} was dropped or renamed`;
      if (otherShape !== shape) return `column ${column} of table ${name} was changed`;
    }
    const added = Object.keys(other.columns).find(
      (column) => !Object.hasOwn(table.columns, column),
    );
    if (added !== undefined) return `column ${added} of table ${name} was added`;
    if (other.rest !== table.rest) return `a key, index or constraint of table ${name} was changed`;
  }
  const added = Object.keys(now).find((name) => !Object.hasOwn(before, name));
  return added === undefined ? null : `table ${added} was made`;
}
