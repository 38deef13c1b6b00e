import type { Row, Value } from './model.js';

/** New values for some columns of rows that travel as bytes. */
export interface FieldChange {
  /** The places of the columns that are looked at; of all others a row holds null. */
  readonly reads: readonly number[];
  /**
   * One for each column: what makes a new value of its value, which is not null; null where it
   * stays. The row is that of the values as they were, and good for this call only.
   */
  readonly fields: readonly (((value: NonNullable<Value>, row: Row) => Value) | null)[];
}

/** Rows whose form can be read field by field. */
export interface Fields {
  /** The same rows in chunks that hold whole rows. */
  whole(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Puts new values into rows; whatever else is in the bytes stays as it is. */
  change(rows: Uint8Array, change: FieldChange): Uint8Array;
}
