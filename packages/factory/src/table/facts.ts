import type { Check, Column, Schema, Table } from '@hot-fixture/database';
import { type Branch, both, type Limits, type Order } from '../check/limits.js';
import { tokensOf } from '../check/tokens.js';
import { checksOf } from './checks.js';

export interface ColumnFacts {
  readonly column: Column;
  /** What CHECK says of it, as far as that is understood. */
  readonly limits: Limits;
  /** The same, and what keeps those that may be kept in several ways: for values that are made. */
  readonly wish: Limits;
  /** The database does not compute it, and no check says anything of it. */
  readonly isFree: boolean;
  /** Part of a foreign key: its value is that of another row. */
  readonly points: boolean;
  /** The database has a value of its own for it. */
  readonly filled: boolean;
}

/** What has to be known of a table to make rows that it takes. */
export interface TableFacts {
  readonly table: Table;
  /** As people write it: without the schema that is meant anyway. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** The same, to go through for each of many rows. */
  readonly list: readonly ColumnFacts[];
  /** Columns that are unique together; of a part of the rows, or of expressions, too. */
  readonly uniques: readonly (readonly string[])[];
  readonly orders: readonly Order[];
  /** Of each, a row keeps one branch. */
  readonly choices: readonly (readonly Branch[])[];
  /** Checks that are not understood: whether a row keeps them, the database finds out. */
  readonly unclear: readonly Check[];
}

/** Knows all tables of a schema by the names that people write. */
export function factsOfSchema({ tables, defaultSchema }: Schema): Map<string, TableFacts> {
  return new Map(
    tables.map((table) => {
      const isBare = table.schema === defaultSchema || table.schema === '';
      const name = isBare ? table.name : `${table.schema}.${table.name}`;
      return [name, factsOfTable(table, name)];
    }),
  );
}

export function factsOfTable(table: Table, name: string): TableFacts {
  const columnOf = columnsByName(table);
  const { limits, wishes, orders, choices, unclear } = checksOf(table, columnOf);
  const pointing = new Set(table.foreignKeys.flatMap((key) => key.columns));
  const columns = new Map(
    table.columns.map((it): [string, ColumnFacts] => {
      const own = limits.get(it.name) ?? {};
      const isNull = it.nullable && !own.required && !it.domain?.required;
      const kind = isTruth(it, own, pointing) ? 'boolean' : it.kind;
      const column =
        isNull === it.nullable && kind === it.kind ? it : { ...it, kind, nullable: isNull };
      const wish = both(own, wishes.get(it.name) ?? {});
      return [
        it.name,
        {
          column,
          ...{ limits: own, wish },
          isFree: !column.generated && !limits.has(column.name),
          points: pointing.has(column.name),
          filled: column.generated !== null || column.identity !== null || hasDefault(column),
        },
      ];
    }),
  );
  const list = [...columns.values()];
  return {
    // Rows are read by what is known of its columns here.
    table: { ...table, columns: list.map(({ column }) => column) },
    name,
    columns,
    list,
    uniques: uniquesOf(table, columnOf),
    orders,
    choices,
    unclear,
  };
}

/**
 * What MySQL makes of BOOLEAN: its type alone does not tell it from a small number, but people who
 * mean a number do not say that it has one digit, or let a check tell which.
 */
function isTruth({ name, type, kind, identity }: Column, limits: Limits, pointing: Set<string>) {
  if (kind !== 'integer' || !/^tinyint\(1\)$/i.test(type) || identity || pointing.has(name)) {
    return false;
  }
  const isBit = (it: unknown) => [undefined, 0, 1, true, false].includes(it as number);
  return [limits.min, limits.max, ...(limits.values ?? [])].every(isBit);
}

/** MariaDB writes a default of NULL where there is none. */
function hasDefault({ default: value }: Column): boolean {
  return value !== null && !/^null(::.*)?$/i.test(value);
}

/** Dialects that do not quote names may write them in another case. */
function columnsByName(table: Table): (name: string) => string | undefined {
  const exact = new Set(table.columns.map(({ name }) => name));
  const folded = new Map(table.columns.map(({ name }) => [name.toLowerCase(), name]));
  return (name) => (exact.has(name) ? name : folded.get(name.toLowerCase()));
}

function uniquesOf(
  table: Table,
  columnOf: (name: string) => string | undefined,
): readonly (readonly string[])[] {
  const whole = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  const others = table.uniqueIndexes.map(({ expressions }) => {
    const names = expressions.flatMap((sql) =>
      (tokensOf(sql) ?? []).flatMap(({ kind, text }) =>
        kind === 'word' || kind === 'name' ? (columnOf(text) ?? []) : [],
      ),
    );
    return [...new Set(names)];
  });
  return [...whole.map(({ columns }) => columns), ...others.filter((names) => names.length > 0)];
}
