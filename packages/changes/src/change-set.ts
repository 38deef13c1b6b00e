import type { Row, RowUpdate, SequenceChange, TableName } from '@hot-fixture/database';

export type { SequenceChange } from '@hot-fixture/database';

/** What happened to the rows of one table. */
export interface TableChanges extends TableName {
  /** The columns that the values of all rows here belong to, in the order of the schema. */
  readonly columns: readonly string[];
  /** Those that tell rows apart; null where rows are compared whole, and duplicates counted. */
  readonly key: readonly string[] | null;
  readonly inserted: readonly Row[];
  /** Only where there is a key, which is the same before and after. */
  readonly updated: readonly RowUpdate[];
  readonly deleted: readonly Row[];
}

/** What happened to a database: its rows, by table, and its sequences. Nothing else is in it. */
export interface ChangeSet {
  readonly dialect: string;
  /** Tables with a change, in the order of their names. */
  readonly tables: readonly TableChanges[];
  readonly sequences: readonly SequenceChange[];
}

/** Whether nothing has changed: the two states are the same. */
export function isEmpty({ tables, sequences }: ChangeSet): boolean {
  return tables.length === 0 && sequences.length === 0;
}

/** The change set that takes back what this one did. */
export function invert(changes: ChangeSet): ChangeSet {
  return {
    dialect: changes.dialect,
    tables: changes.tables.map((table) => ({
      ...table,
      inserted: table.deleted,
      updated: table.updated.map(({ before, after }) => ({ before: after, after: before })),
      deleted: table.inserted,
    })),
    sequences: changes.sequences.map(({ schema, name, before, after }) => ({
      schema,
      name,
      before: after,
      after: before,
    })),
  };
}
