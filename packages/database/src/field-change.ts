import type { Row, Value } from './model.js';

/**
 * A new value made of the bytes of the old one, where that is plain: ASCII, and nothing in it that
 * the form of the rows writes otherwise. It is what the function of the values gives, sooner.
 */
export interface FieldBytes {
  /** How many bytes more than the field `write` may need. */
  readonly room: number;
  /**
   * Writes UTF-8 into `out` from `at` on, with nothing in it that the form writes otherwise.
   * @param besideFrom where the other field of the row is that the column reads; -1 where that is
   *   null, or where it reads none
   * @returns where it ends; -1 where the value has to be asked for: what was written does not count
   */
  write(
    source: Uint8Array,
    from: number,
    to: number,
    out: Uint8Array,
    at: number,
    besideFrom: number,
    besideTo: number,
  ): number;
}

/**
 * Makes a new value of a value that is not null. The row is that of the values as they were, and
 * good for this call only.
 */
export interface FieldMask {
  (value: NonNullable<Value>, row: Row): Value;
  /** The place of the other column that it looks at. */
  readonly reads?: number;
  readonly bytes?: FieldBytes;
}

/** New values for some columns of rows that travel as bytes. */
export interface FieldChange {
  /** The places of the columns that are looked at; of all others a row holds null. */
  readonly reads: readonly number[];
  /** One for each column; null where it stays. */
  readonly fields: readonly (FieldMask | null)[];
}

/** Rows whose form can be read field by field. */
export interface Fields {
  /** The same rows in chunks that hold whole rows. */
  whole(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Puts new values into rows; whatever else is in the bytes stays as it is. */
  change(rows: Uint8Array, change: FieldChange): Uint8Array;
}
