import { type ChangeSet, diff, type State } from '@hot-fixture/changes';
import {
  type Column,
  type ForeignKey,
  qualified,
  type Row,
  type Schema,
  type Table,
  type Value,
} from '@hot-fixture/database';
import type { ReadRows } from '../../src/compare/unchanged.js';

interface TableOf {
  /** `id#` is generated, `user_id>user.id` points, `name` is a text; `!` before one is in the key. */
  readonly columns: readonly string[];
}

/** A schema in a few words, for laws that no database has a say in. */
export function schemaOf(tables: Readonly<Record<string, TableOf>>): Schema {
  return {
    dialect: 'postgresql',
    database: 'test',
    defaultSchema: 'public',
    sequences: [],
    tables: Object.entries(tables).map(([name, { columns }]) => tableOf(name, columns)),
  };
}

function tableOf(name: string, columns: readonly string[]): Table {
  const nameOf = (text: string) => text.replace(/^!/, '').replace(/[#>].*$/, '');
  const key = columns.filter((it) => it.startsWith('!')).map(nameOf);
  return {
    schema: 'public',
    name,
    columns: columns.map((text) =>
      columnOf(nameOf(text), text.includes('#'), !text.startsWith('!')),
    ),
    primaryKey: key.length > 0 ? { name: `${name}_pkey`, columns: key } : null,
    uniques: [],
    uniqueIndexes: [],
    foreignKeys: columns.filter((it) => it.includes('>')).map((it) => keyOf(nameOf(it), it)),
    checks: [],
    definition: { requires: [], create: '', after: [], references: [] },
  };
}

function columnOf(name: string, isGenerated: boolean, nullable: boolean): Column {
  return {
    name,
    type: 'text',
    kind: 'text',
    nullable,
    default: null,
    generated: null,
    identity: isGenerated ? 'default' : null,
    maxLength: null,
    labels: null,
  };
}

function keyOf(column: string, text: string): ForeignKey {
  const [table = '', target = ''] = text.replace(/^.*>/, '').split('.');
  return {
    name: `${column}_fkey`,
    columns: [column],
    target: { schema: 'public', name: table },
    targetColumns: [target],
    onUpdate: 'no action',
    onDelete: 'no action',
    deferrable: 'never',
  };
}

/** The rows of each table by its name. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

export function stateOf(schema: Schema, rows: Rows): State {
  return {
    schema,
    async *rows(table, columns) {
      const places = columns.map((it) => table.columns.findIndex(({ name }) => name === it.name));
      yield (rows[table.name] ?? []).map((row) => places.map((place) => row[place] as Value));
    },
    sequences: async () => [],
  };
}

export function difference(schema: Schema, expected: Rows, found: Rows): Promise<ChangeSet> {
  return diff(stateOf(schema, expected), stateOf(schema, found));
}

/** Reads rows of a state as `compareInDatabase` reads those of a database. */
export function reading(rows: Rows): ReadRows {
  return async (table, _, column, values) => {
    const place = table.columns.findIndex(({ name }) => name === column.name);
    return (rows[table.name] ?? []).filter((row) => values.includes(row[place] as Value));
  };
}

/** For each generated column, other values for the values that it has. */
export type Numbers = Readonly<Record<string, ReadonlyMap<Value, Value>>>;

/** The same graph under other numbers. */
export function renumbered(schema: Schema, rows: Rows, numbers: Numbers): Rows {
  return Object.fromEntries(
    schema.tables.map((table) => [
      table.name,
      (rows[table.name] ?? []).map((row) =>
        row.map((value, place) => {
          const domain = domainOf(schema, table, table.columns[place] as Column);
          return (domain && numbers[domain]?.get(value)) ?? value;
        }),
      ),
    ]),
  );
}

/** The generated column that a column holds values of, as `table.column`. */
function domainOf(schema: Schema, table: Table, column: Column): string | null {
  const foreignKey = table.foreignKeys.find(({ columns }) => columns[0] === column.name);
  if (!foreignKey) return column.identity ? `${table.name}.${column.name}` : null;
  const target = schema.tables.find((it) => qualified(it) === qualified(foreignKey.target));
  const to = target?.columns.find(({ name }) => name === foreignKey.targetColumns[0]);
  return target && to ? domainOf(schema, target, to) : null;
}

/** Whether two states hold the same rows, in whatever order. */
export function areSame(schema: Schema, a: Rows, b: Rows): boolean {
  return schema.tables.every(({ name }) => {
    const texts = (rows: Rows) => (rows[name] ?? []).map((row) => JSON.stringify(row)).sort();
    return JSON.stringify(texts(a)) === JSON.stringify(texts(b));
  });
}
