import {
  type Column,
  findColumn,
  qualified,
  type Schema,
  sameTable,
  type Table,
} from '@hot-fixture/database';
import type { JsonPath } from '../template/model.js';

/** A reference from the rows of one table to those of another: a foreign key, or a declared one. */
export interface Relation {
  /** `table.column` of the table that points, or `table.(column, column)`. */
  readonly name: string;
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly target: Table;
  readonly targetColumns: readonly Column[];
  /** No foreign key tells of it, so its values may point to nothing. */
  readonly isDeclared: boolean;
  /** It holds only for rows with this value, such as the `type` of a polymorphic reference. */
  readonly only: { readonly column: Column; readonly value: string } | null;
  /** Where in a document of the column the values are. */
  readonly path: JsonPath | null;
}

/** All columns that it looks at to know where a row points. */
export function columnsOfRelation({ columns, only }: Relation): readonly Column[] {
  return only ? [only.column, ...columns] : columns;
}

/** The foreign keys between tables of a schema, as relations. */
export function keysAsRelations(
  tables: readonly Table[],
  isDeclared: (table: Table, name: string) => boolean,
): Relation[] {
  return tables.flatMap((table) =>
    table.foreignKeys.flatMap((foreignKey) => {
      const target = tables.find((it) => sameTable(it, foreignKey.target));
      if (!target) return [];
      return {
        name: relationName(table, foreignKey.columns),
        table,
        columns: foreignKey.columns.map((name) => findColumn(table, name)),
        target,
        targetColumns: foreignKey.targetColumns.map((name) => findColumn(target, name)),
        isDeclared: isDeclared(table, foreignKey.name),
        only: null,
        path: null,
      };
    }),
  );
}

export function relationName(table: Table, columns: readonly string[]): string {
  const list = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
  return `${qualified(table)}.${list}`;
}

/**
 * The relations that a name means: `table.column`, `table.(column, column)`, or `table` for all
 * that the table has; null where it means none.
 */
export function relationsNamed(
  name: string,
  relations: readonly Relation[],
  schema: Schema,
): Relation[] | null {
  const plain = (text: string) => text.replace(/[\s()]/g, '').toLowerCase();
  const wanted = plain(name);
  const named = relations.filter(({ table, columns }) => {
    const tables = [
      qualified(table),
      ...(table.schema === schema.defaultSchema ? [table.name] : []),
    ];
    const list = columns.map((column) => column.name).join();
    return tables.some((it) => wanted === plain(it) || wanted === plain(`${it}.${list}`));
  });
  return named.length > 0 ? named : null;
}
