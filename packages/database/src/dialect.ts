import type { Carry } from './carry/neutral.js';
import type { Session } from './driver.js';
import type { Fields } from './field-change.js';
import type { HiddenColumns, Telling } from './hidden.js';
import type { LimitedReads, ReadLimits } from './limits.js';
import type { ChangeLog } from './log.js';
import type {
  Column,
  ForeignKey,
  Row,
  Schema,
  Sequence,
  SequenceState,
  Table,
  TableName,
  Value,
} from './model.js';

/** What a dialect can do, so that nobody has to ask which one it is. */
export interface Capabilities {
  /** A statement that makes a table is undone by a rollback. */
  readonly transactionalDefinitions: boolean;
  /** Foreign keys that were put off are checked by the database before the commit. */
  readonly checksDeferredKeys: boolean;
  /** A schema is a database of its own, beside the one that was opened. */
  readonly schemasAreDatabases: boolean;
  /** TRUE and FALSE are the integers 1 and 0. */
  readonly truthIsNumber: boolean;
  /** In ascending order NULL comes before all values. */
  readonly nullsFirst: boolean;
  /** What is written to a sequence is undone by a rollback, so it can be part of a load. */
  readonly transactionalSequences: boolean;
}

/** One row as it was and as it is to be; the values are those of the columns asked for. */
export interface RowUpdate {
  readonly before: Row;
  readonly after: Row;
}

/** Rows that will be inserted into an empty table, and the number to be given next after them. */
export interface Advance {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly next: bigint;
}

/** A foreign key and the table that holds it. */
export interface Reference {
  readonly table: Table;
  readonly foreignKey: ForeignKey;
}

/** Rows in the form in which the database itself writes and reads many of them. */
export interface Bulk {
  /** Names the form: who knows another one has to take the values instead. */
  readonly format: string;
  /**
   * All rows of a table, in the order of its primary key. One that is not read to its end leaves a
   * session that has to be released as broken.
   */
  read(session: Session, table: Table, columns: readonly Column[]): AsyncIterable<Uint8Array>;
  /** How many rows end in a chunk; absent where that takes a look at the values. */
  rowsIn?(chunk: Uint8Array, isFirst: boolean): number;
  /** How values in them are replaced; absent where that takes as much as reading all of them. */
  readonly fields?: Fields;
  /**
   * @returns how many rows were written
   * @throws RowRefused, and what the driver and the chunks throw
   */
  write(
    session: Session,
    table: Table,
    columns: readonly Column[],
    chunks: AsyncIterable<Uint8Array>,
    /** Told from time to time how many rows went out so far. */
    onRows: (rows: number) => void,
  ): Promise<number>;
}

/** Rows that are written as they come, and whose values are known before the database has them. */
export interface RowStream {
  /**
   * Adds what the database would: numbers and defaults.
   * @param values a list for each given column
   * @returns one for each column of the table; null where a value would be read in another form
   */
  complete(values: readonly (readonly Value[])[]): readonly (readonly Value[])[] | null;
  /** Writes what `complete` gave. Until it ends, the session can do nothing else. */
  write(batches: AsyncIterable<readonly (readonly Value[])[]>): Promise<void>;
}

/** What a bulk write throws where it knows which row was not taken. */
export class RowRefused extends Error {
  /** Counted from 1. */
  readonly number: number;
  readonly row: Row;

  constructor(number: number, row: Row, cause: unknown) {
    super(`row ${number} was refused`, { cause });
    this.number = number;
    this.row = row;
  }
}

/** How several sessions see one moment. */
export interface SharedMoment {
  /** Within a transaction of `beginRead`; it lasts as long as that. */
  share(session: Session): Promise<string>;
  /** Statements that begin a transaction in that moment. */
  beginAt(moment: string): readonly string[];
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
  /** A value of JavaScript in the form to write into the column. */
  encode(column: Column, value: unknown): Value;
  /** What was read of the column as a value of JavaScript: a number, a text, a Date, an object … */
  decode(column: Column, value: Value): unknown;
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
   * What tells the rows of a table apart that has no key, for as long as one transaction reads it:
   * columns that no model has. Absent where nothing does.
   */
  rowAddress?(table: Table): readonly Column[];

  /**
   * Reads what the given session may see.
   * @param schemas only these; without them the ones that a user of this database would mean
   */
  introspect(session: Session, schemas?: readonly string[]): Promise<Schema>;
  /**
   * A text that is another one whenever `introspect` would give something else, and takes less to
   * read. Absent where nothing takes less.
   */
  schemaVersion?(session: Session): Promise<string>;
  /** The schemas that hold tables; `databases` in the words of MySQL. */
  schemas(session: Session): Promise<string[]>;

  /**
   * How many rows a table has by the statistics of the server, which may be old; null where it has
   * none. Absent where there are no statistics.
   */
  estimatedRows?(session: Session, table: Table): Promise<number | null>;

  /**
   * Where the tables of these schemas lie, told by the server itself: the same text for the same
   * place, whatever host name, port or role led to it. Of what lies in a file, its driver knows.
   */
  places(session: Session, schemas: readonly string[]): Promise<string[]>;

  /**
   * What the account of a session may do that is more than reading, each in words; of many the first
   * ones. Absent where there are no accounts.
   */
  powers?(session: Session): Promise<string[]>;

  /** Begins a read-only transaction that sees one moment of all tables. */
  readonly beginRead: readonly string[];
  /**
   * Sets limits in the server, within a transaction of `beginRead`. Absent where there is no server
   * that would keep them.
   */
  limitReads?(session: Session, limits: ReadLimits): Promise<LimitedReads>;
  /** The tables that others hold so that nobody can read them. Absent where nobody can tell. */
  heldTables?(session: Session): Promise<TableName[]>;
  /** Absent where each session has a moment of its own. */
  readonly sharedMoment?: SharedMoment;
  /** How another session ends what one is about; absent where sessions do not run beside another. */
  readonly cancel?: {
    /** Tells a session from all others of its server. */
    name(session: Session): Promise<Value>;
    /** Ends the statement that the session of this name runs, if any. */
    end(session: Session, name: Value): Promise<void>;
  };
  readonly beginLoad: readonly string[];
  /** `beginLoad` and `forFunctions` in fewer statements; absent where there are no fewer. */
  readonly beginForFunctions?: readonly string[];
  /**
   * Begins a transaction like `beginLoad`, in which foreign keys are neither checked nor act, where
   * this role may do so. What it writes has to be checked before the commit.
   * @returns whether they are off
   */
  beginWithoutKeys(session: Session): Promise<boolean>;
  readonly commit: string;
  readonly rollback: string;

  /** Where a table of our own of this name belongs, which `introspect` never shows. */
  ownTable(name: string): TableName;
  /** Statements that make a database or schema of this name where it is absent. */
  createSchema(name: string): readonly string[];
  /**
   * Statements that make these tables, all of which are absent. Where definitions are not
   * transactional, it is asked for one table at a time, whose keys have to wait for their targets.
   */
  create(tables: readonly Table[]): readonly string[];
  /** The same for a script, which cannot know what is there: it makes what is absent. */
  createAbsent(tables: readonly Table[]): readonly string[];
  /**
   * The same table, made without what its definition tells of columns: the defaults of those that
   * come with one, where their numbering starts, and comments. A generated one that comes with its
   * expression is a plain column then, which may be null.
   */
  withoutDefaults(table: Table, columns: readonly Column[]): Table;
  /**
   * The same table, with domains that tell nothing, where hidden columns are of them.
   * @param hidden of all tables that may share a domain with this one; asked for if it has any
   */
  withoutDomains?(table: Table, hidden: () => readonly HiddenColumns[], telling: Telling): Table;
  /**
   * The same table, made without the checks and indexes for which `isOut` is true, which is given
   * the words of each behind its name. Primary, unique and foreign keys stay.
   */
  withoutRules(table: Table, isOut: (sql: string) => boolean): Table;
  /** Statements that drop these tables where they are there. */
  drop(tables: readonly TableName[]): readonly string[];
  /**
   * Which of these keys the role cannot put off. Without this, `defer` serves all.
   */
  undeferrable?(session: Session, references: readonly Reference[]): Promise<readonly Reference[]>;
  /**
   * Statements that let these keys be broken until `settle`.
   * @param isAgain keys were settled before in this transaction
   */
  defer(references: readonly Reference[], isAgain?: boolean): readonly string[];
  settle(references: readonly Reference[]): readonly string[];
  /**
   * Takes away keys that would act on other rows, which no `defer` puts off; that takes the owner.
   * Absent where keys rest in `beginWithoutKeys` whatever the role.
   * @returns statements that make them again, and read their tables whole
   */
  lift?(session: Session, references: readonly Reference[]): Promise<readonly string[]>;
  /** Statements before rows are written, so that functions of users find what they know. */
  readonly forFunctions?: readonly string[];
  /** Statements that move the numbering of these tables past the rows that they hold. */
  renumber(tables: readonly Table[]): readonly string[];

  /** Statements of a script that put sequences where they are to stand. */
  sequenceScript?(states: readonly SequenceState[]): readonly string[];

  /** Writes a batch of rows; `columns` are written as given, generated ones are not among them. */
  insert(
    session: Session,
    table: Table,
    columns: readonly Column[],
    rows: readonly Row[],
  ): Promise<void>;
  /**
   * Writes rows, and reads them as they are then: with defaults, numbers and what triggers changed.
   * @returns a row of the `returned` columns for each given one, in the same order
   */
  insertReturning(
    session: Session,
    table: Table,
    columns: readonly Column[],
    rows: readonly Row[],
    returned: readonly Column[],
  ): Promise<Row[]>;
  /**
   * Prepares to write many rows of values for these columns while they are made.
   * @param first the values of some of them, a list for each column
   * @param count how many rows will come at most
   * @returns null where the database may change a row, or makes more of it than can be told first
   */
  streamRows?(
    session: Session,
    table: Table,
    columns: readonly Column[],
    first: readonly (readonly Value[])[],
    count: number,
  ): Promise<RowStream | null>;
  /** How rows move as bytes; absent where a dialect has no form for that. */
  readonly bulk?: Bulk;
  /** The same as text of a script. */
  insertScript(table: Table, columns: readonly Column[], rows: readonly Row[]): string;

  /** Why changes of this table could not be taken back; absent where all have transactions. */
  notAtomic?(table: Table): string | null;
  /**
   * Keeps the triggers of users from firing on these tables until the transaction ends. Where the
   * role may not do that, it throws HFIT_TRIGGERS_FIRE.
   * @returns statements that end it, to be run before the commit
   */
  muteTriggers(session: Session, tables: readonly Table[]): Promise<readonly string[]>;
  /**
   * Deletes rows that are to the bit what is given: one for each row given, also where the table
   * holds it twice.
   * @param columns those that the values belong to; no generated ones
   * @param key columns that find a row; null compares all
   * @returns how many were found; fewer than given is a conflict for the caller to tell
   */
  deleteRows(
    session: Session,
    table: Table,
    columns: readonly Column[],
    key: readonly string[] | null,
    rows: readonly Row[],
  ): Promise<number>;
  /** Writes `after` over rows that are to the bit `before`, found by a key that stays the same. */
  updateRows(
    session: Session,
    table: Table,
    columns: readonly Column[],
    key: readonly string[],
    updates: readonly RowUpdate[],
  ): Promise<number>;
  readSequences(session: Session, sequences: readonly Sequence[]): Promise<SequenceState[]>;
  writeSequences(session: Session, states: readonly SequenceState[]): Promise<void>;
  /**
   * Moves the counters of empty tables in the open transaction, as far as that is possible, so that
   * `writeSequences` has less to do; absent where that takes no time anyway.
   */
  advance?(session: Session, moves: readonly Advance[]): Promise<void>;
  /** The same for two tables that hold the same rows, in whatever order, and else another one. */
  checksum(session: Session, table: Table): Promise<string>;
  readonly log: ChangeLog;
  /** How its columns and values get to other dialects and from them; absent where they do not. */
  readonly carry?: Carry;

  /** The parts of a script that changes rows, as text. */
  readonly editScript: {
    /** Begins a transaction in which foreign keys neither check nor act. */
    readonly begin: readonly string[];
    /** Deletes one row that is to the bit what is given, also where the table holds it twice. */
    deleteRow(
      table: Table,
      columns: readonly Column[],
      key: readonly string[] | null,
      row: Row,
    ): string;
    /** Belongs after the commit where sequences are not transactional. */
    sequence(sequence: Sequence, value: SequenceState['value']): string;
  };
  /** Whole lines that a script begins with: a stop at the first error, the encoding. */
  readonly scriptPrologue: readonly string[];
  /** How scripts reach the database of a URL; null where no program can. */
  clientProgram?(url: string): ClientProgram | null;

  /**
   * What an error of the driver means. `end` where no other statement would do better: the connection
   * is lost, or the disk is full. `limit` where a limit of time ended a statement, or its wait for a
   * lock. The reason is for people and holds no value of a row. The column is named where its value
   * is what is wrong.
   */
  explain(error: unknown): {
    reason: string;
    end?: 'lost' | 'full';
    column?: string;
    limit?: 'statement' | 'lock';
  };
}

/** What runs the script on its standard input. */
export interface ClientProgram {
  /** A program and its arguments; where one is not installed, the next may be. */
  readonly commands: readonly (readonly [program: string, ...options: string[]])[];
  readonly environment: Readonly<Record<string, string>>;
}

/** `"schema"."name"`, or what the dialect makes of it. */
export function quoteTable(dialect: Dialect, table: TableName): string {
  return table.schema === ''
    ? dialect.quote(table.name)
    : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`;
}

/** What follows FROM to read the rows of a table without those of its heirs. */
export function ownRowsOf(dialect: Dialect, table: Table): string {
  return `${table.hasHeirs ? 'ONLY ' : ''}${quoteTable(dialect, table)}`;
}
