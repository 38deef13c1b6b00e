/**
 * A value in the form that its database writes it: text for PostgreSQL and MySQL (bytes for their
 * binary types), the five storage classes for SQLite. Nothing is parsed, so nothing is lost.
 */
export type Value = string | number | bigint | Uint8Array | null;

/** The values of one row, in the order of the columns asked for. */
export type Row = readonly Value[];

/** What a column holds, as far as the rooms outside a dialect need to know. */
export type ValueKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'uuid'
  | 'enum'
  | 'json'
  | 'binary'
  | 'array'
  | 'other';

export interface Column {
  readonly name: string;
  /** The type as the database writes it, such as `character varying(40)`. */
  readonly type: string;
  readonly kind: ValueKind;
  readonly nullable: boolean;
  /** The default as an SQL expression of its dialect. */
  readonly default: string | null;
  /** A generated column is computed by the database: it can be read and never written. */
  readonly generated: 'stored' | 'virtual' | null;
  /** Numbered by the database: `always` takes no value of ours without a word of its own. */
  readonly identity: 'always' | 'default' | null;
  /** In characters; null where there is no limit, or none that applies. */
  readonly maxLength: number | null;
  /** What an enum (or a set) may hold, in its order; null for all other kinds. */
  readonly labels: readonly string[] | null;
  /** What the domain that it is of asks for, and its type does not tell; absent where there is none. */
  readonly domain?: { readonly required: boolean; readonly checks: readonly string[] };
  /** What is in an array, a composite or a range, and below a domain, at any depth; absent for others. */
  readonly madeOf?: readonly { readonly type: string; readonly kind: ValueKind }[];
  /** Of a text, where the dialect has them by column, as in `sjis`. */
  readonly characterSet?: string;
}

export interface Key {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface Unique extends Key {
  /** False where two NULLs count as the same value. */
  readonly nullsDistinct: boolean;
}

/** Unique over expressions, or over a part of the rows. */
export interface UniqueIndex {
  readonly name: string;
  /** Quoted columns or expressions, as SQL of the dialect. */
  readonly expressions: readonly string[];
  /** Which rows it holds for, as SQL; null for all. */
  readonly predicate: string | null;
}

export interface Check {
  readonly name: string;
  /** The condition, as SQL of the dialect. */
  readonly condition: string;
}

/** What a foreign key does when its target goes or gets another key. */
export type KeyAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface TableName {
  /** Empty where the connection's own database is meant, as in MySQL and SQLite. */
  readonly schema: string;
  readonly name: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: TableName;
  /** The columns of the target: a primary key, or any other unique key of it. */
  readonly targetColumns: readonly string[];
  readonly onUpdate: KeyAction;
  readonly onDelete: KeyAction;
  /** Whether it may wait for the end of a transaction, and whether it does so unasked. */
  readonly deferrable: 'never' | 'immediate' | 'deferred';
}

/**
 * A counter of the database: a sequence, or the numbering of a table, which then has the name of
 * the table.
 */
export interface Sequence extends TableName {
  /** The column that it numbers; null for one that stands alone. */
  readonly ownedBy: { readonly table: TableName; readonly column: string } | null;
  /** How one that stands alone is made: statements that are safe to run again. */
  readonly definition?: readonly string[];
}

/** Where a sequence stands. */
export interface SequenceValue {
  readonly last: string;
  /** Whether `last` was given out already; if not, it comes next. */
  readonly called: boolean;
}

/** Null where the counter has not begun. */
export interface SequenceState extends TableName {
  readonly value: SequenceValue | null;
}

export interface Table extends TableName {
  readonly columns: readonly Column[];
  readonly primaryKey: Key | null;
  /** Unique over whole columns and all rows. */
  readonly uniques: readonly Unique[];
  readonly uniqueIndexes: readonly UniqueIndex[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  /** The tables that it inherits from; absent where there is none. */
  readonly inherits?: readonly TableName[];
  /** Its heirs hold rows of their own, which a query of it shows and which are not its rows. */
  readonly hasHeirs?: true;
  /** The role that policies hide rows of it from, so that it cannot be read as a whole. */
  readonly hiddenFrom?: string;
  readonly definition: Definition;
}

/** How a table is made in its own dialect: statements, to be run in this order. */
export interface Definition {
  /** What has to be there first: schemas, enums, domains, sequences. Safe to run again. */
  readonly requires: readonly string[];
  readonly create: string;
  /** Defaults that need the table, unique keys, checks, indexes. */
  readonly after: readonly string[];
  /** Foreign keys, where they are not part of `create`: run when all tables are there. */
  readonly references: readonly string[];
}

export interface Schema {
  readonly dialect: string;
  /** The name of the database; before a table it means the default schema. */
  readonly database: string;
  /** The schema that a bare table name means. */
  readonly defaultSchema: string;
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
}

/** `schema.name`, for messages and as a key of maps. */
export function qualified(table: TableName): string {
  return table.schema === '' ? table.name : `${table.schema}.${table.name}`;
}

export function sameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
