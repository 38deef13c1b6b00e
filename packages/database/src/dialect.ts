import type { Session } from './driver.js';
import type { Column, ForeignKey, Row, Schema, Table, TableName, Value } from './model.js';

/** What a dialect can do, so that nobody has to ask which one it is. */
export interface Capabilities {
  /** A statement that makes a table is undone by a rollback. */
  readonly transactionalDefinitions: boolean;
  /** Foreign keys that were put off are checked by the database before the commit. */
  readonly checksDeferredKeys: boolean;
  /** TRUE and FALSE are the integers 1 and 0. */
  readonly truthIsNumber: boolean;
}

/** A foreign key and the table that holds it. */
export interface Reference {
  readonly table: Table;
  readonly foreignKey: ForeignKey;
}

/**
 * One flavour of SQL. It writes statements; the core decides which of them to run. The same
 * statements go to a server and into a script, so that both do the same.
 */
export interface Dialect {
  readonly name: string;
  readonly capabilities: Capabilities;

  /** Quotes one identifier. */
  quote(identifier: string): string;
  /** The n-th bound parameter of a statement, from 1, and the column that it is compared with. */
  placeholder(n: number, column?: Column): string;
  /** The value of a filter, checked against the column before, in the form to bind. */
  bind(column: Column, text: string): Value;
  /** How a column is read so that its value comes out in full; mostly its quoted name. */
  selected(column: Column): string;
  /**
   * A condition that holds for the rows whose `columns` have one of the given values.
   * @param offset how many parameters stand before it
   */
  keyedBy(
    columns: readonly Column[],
    keys: readonly Row[],
    offset: number,
  ): { sql: string; parameters: Value[] };

  /**
   * Reads what the given session may see.
   * @param schemas only these; without them the ones that a user of this database would mean
   */
  introspect(session: Session, schemas?: readonly string[]): Promise<Schema>;
  /** The schemas that hold tables; `databases` in the words of MySQL. */
  schemas(session: Session): Promise<string[]>;

  /** Begins a read-only transaction that sees one moment of all tables. */
  readonly beginRead: readonly string[];
  readonly beginLoad: readonly string[];
  readonly commit: string;
  readonly rollback: string;

  /** Statements that make a database or schema of this name where it is absent. */
  createSchema(name: string): readonly string[];
  /**
   * Statements that make these tables, all of which are absent. Where definitions are not
   * transactional, it is asked for one table at a time, whose keys have to wait for their targets.
   */
  create(tables: readonly Table[]): readonly string[];
  /** The same for a script, which cannot know what is there: it makes what is absent. */
  createAbsent(tables: readonly Table[]): readonly string[];
  /** Statements that drop these tables where they are there. */
  drop(tables: readonly TableName[]): readonly string[];
  /** Statements that let these keys be broken until `settle`. */
  defer(references: readonly Reference[]): readonly string[];
  settle(references: readonly Reference[]): readonly string[];
  /** Statements that move the numbering of these tables past the rows that they hold. */
  renumber(tables: readonly Table[]): readonly string[];

  /** Writes a batch of rows; `columns` are written as given, generated ones are not among them. */
  insert(
    session: Session,
    table: Table,
    columns: readonly Column[],
    rows: readonly Row[],
  ): Promise<void>;
  /** The same as text of a script. */
  insertScript(table: Table, columns: readonly Column[], rows: readonly Row[]): string;
  /** Whole lines that a script begins with: a stop at the first error, the encoding. */
  readonly scriptPrologue: readonly string[];

  /**
   * What an error of the driver means: `lost` when the connection is gone. The reason is for
   * people and holds no value of a row.
   */
  explain(error: unknown): { reason: string; lost: boolean };
}

/** `"schema"."name"`, or what the dialect makes of it. */
export function quoteTable(dialect: Dialect, table: TableName): string {
  return table.schema === ''
    ? dialect.quote(table.name)
    : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`;
}
