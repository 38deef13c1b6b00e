import type { Purpose } from '../driver.js';
import type { Row, Value } from '../model.js';

/**
 * One open connection, of whichever driver package. Its calls block until they are done. Values
 * are the five storage classes: INTEGER is a bigint, REAL a number, in both directions.
 */
export interface Connection {
  readonly inTransaction: boolean;
  query(sql: string, parameters: readonly Value[]): Row[];
  run(sql: string): void;
  iterate(sql: string, parameters: readonly Value[]): Iterator<Row>;
  /** Runs one statement for each row. */
  insert(sql: string, rows: readonly Row[]): void;
  close(): void;
}

/** Opens a file; `write` makes one that is not there. */
export type Open = (path: string, purpose: Purpose) => Connection;
