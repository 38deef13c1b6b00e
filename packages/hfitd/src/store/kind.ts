import type { ColumnDefinitionBuilder, Dialect, Kysely } from 'kysely';

/** A kind of database that the store can be in, and what migrations must say to it in its own way. */
export interface StoreKind {
  /** Where it is, for messages: without a password. */
  readonly where: string;
  /** Opens it. The schema may be old, or not there yet. */
  dialect(): Dialect;
  /** A primary key that counts by itself. */
  readonly counter: {
    readonly type: 'integer' | 'bigint';
    of(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  };
  /** Lets nobody change or remove a row of the table through its schema. */
  growOnly(db: Kysely<unknown>, table: string): Promise<void>;
}
