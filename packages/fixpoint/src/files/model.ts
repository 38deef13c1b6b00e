import type { Row, SequenceChange, TableName, Value } from '@hot-fixture/database';
import type { TaggedValue } from '../compare/rules.js';

/** What the file of a fixpoint holds: a whole state, or what has to happen to that of its parent. */
export interface FixpointFile {
  readonly dialect: string;
  /** Null for a whole state. */
  readonly parent: Parent | null;
  /** Tables that are no part of it, as they were named. */
  readonly excluded?: readonly string[];
  /** Those with rows, in the order of their names. */
  readonly tables: readonly FileTable[];
  /** In the order of their names; of a whole state, `before` is null. */
  readonly sequences: readonly SequenceChange[];
  /** Values that may be others at each run. */
  readonly tags: readonly TaggedValue[];
}

export interface Parent {
  readonly name: string;
  /** Of its file, when this one was written. */
  readonly digest: string;
}

export interface FileTable extends TableName {
  /** In the order of the schema; generated ones are not among them. */
  readonly columns: readonly FileColumn[];
  /** Those that tell rows apart; null where rows are compared whole, and duplicates counted. */
  readonly key: readonly string[] | null;
  /** All rows of a whole state, or those that the parent has not. */
  readonly added: readonly Row[];
  readonly changed: readonly ChangedRow[];
  readonly removed: readonly Row[];
}

export interface FileColumn {
  readonly name: string;
  /** As the database writes it. */
  readonly type: string;
}

/** A row of the parent with other values in some columns. */
export interface ChangedRow {
  /** The values of the key. */
  readonly key: Row;
  readonly values: readonly ChangedValue[];
}

export interface ChangedValue {
  /** Its place among the columns. */
  readonly place: number;
  readonly from: Value;
  readonly to: Value;
}

export function rowCount({ tables }: Pick<FixpointFile, 'tables'>): number {
  return tables.reduce(
    (sum, { added, changed, removed }) => sum + added.length + changed.length + removed.length,
    0,
  );
}
