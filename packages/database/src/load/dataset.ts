import type { Column, Row, Sequence, SequenceState, Table, TableName } from '../model.js';

/** Rows in the bulk form of a dialect, which nobody has to look into. */
export interface RowBytes {
  readonly format: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Rows of one table on their way. */
export interface TableRows {
  readonly table: Table;
  /** The columns that the values of each row belong to, in their order. */
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly Row[]>;
  /** The same rows as bytes, where nothing has to be done to them: take these or the batches. */
  readonly bytes?: RowBytes;
}

/** A reference of rows that no foreign key tells. */
export interface LooseReference {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly target: TableName;
  readonly targetColumns: readonly string[];
  /** It holds only for rows that have this value there; absent where it holds for all. */
  readonly only?: { readonly column: string; readonly value: string };
  /** What points stands within a document of the column. */
  readonly isWithin?: true;
}

/**
 * An ordered stream of tables, each a stream of batches of rows. Its tables are known before the
 * first row comes, so that they can be made, ordered and checked.
 */
export interface Dataset {
  /** The dialect that wrote the values. */
  readonly dialect: string;
  /** Schemas to make where they are absent. */
  readonly schemas: readonly string[];
  /** Tables to make, and how; tables that are not named here have to be there. */
  readonly create: readonly { readonly table: Table; readonly mode: CreateMode }[];
  /** Sequences that stand alone, to make where they are absent. */
  readonly createSequences?: readonly Sequence[];
  /**
   * Where sequences stand afterwards, exactly; all others that number a column of the tables are
   * moved past its largest value, and never back.
   */
  readonly sequences?: readonly SequenceState[];
  /** Between its tables: who moves keys has to move these too. */
  readonly references?: readonly LooseReference[];
  /** The tables that rows will come for. */
  readonly tables: readonly Table[];
  /** The columns that rows of a table will come with, where that is known before they do. */
  columnsOf?(table: Table): readonly Column[];
  /** The rows, targets of foreign keys first. */
  rows(): AsyncIterable<TableRows>;
}

/**
 * `absent` makes a table where there is none, `replace` drops it first. Where a dialect cannot undo
 * a drop, a table of the same definition is emptied instead, and a failed load brings its rows
 * back; one of another definition is gone for good.
 */
export type CreateMode = 'absent' | 'replace';
