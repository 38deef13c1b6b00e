import type { CreateMode, Filter, Query } from '@hot-fixture/database';

/** What may be asked of a source, as its author wrote it; all syntax is checked. */
export interface Template {
  readonly name: string;
  readonly description: string | null;
  readonly projectName: string | null;
  readonly packageName: Text | null;
  readonly parameters: readonly Parameter[];
  readonly prepare: readonly PrepareStep[];
  /** References that no foreign key tells of. */
  readonly references: readonly DeclaredReference[];
  /** What a run may bring at most; null where that is left to whoever runs it. */
  readonly budget: Budget | null;
  /**
   * How old a package of it may be that is given again, in seconds; null where that is left to
   * whoever keeps packages.
   */
  readonly maxAge: number | null;
  readonly exports: readonly Export[];
  /** The YAML that it was read from. */
  readonly text: string;
}

export const parameterTypes = [
  'string',
  'integer',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'uuid',
] as const;
export type ParameterType = (typeof parameterTypes)[number];

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
  readonly default: string | null;
  /** The only values allowed; empty where any value of the type is. */
  readonly values: readonly string[];
  readonly description: string | null;
  /** Whether its value may stand in no record: not in the audit log of a server, nor in a log. */
  readonly secret: boolean;
  /** Where the template declares it: `file:line:column`. */
  readonly where: string;
}

/** A text with variables in it, for names of files and packages; never for SQL. */
export interface Text {
  readonly pieces: readonly (string | { readonly variable: string })[];
  readonly where: string;
}

export type PrepareStep = { readonly variable: string; readonly where: string } & (
  | { readonly from: 'parameter'; readonly parameter: string }
  | { readonly from: 'query'; readonly source: string; readonly query: Query }
  | {
      readonly from: 'volume';
      readonly volume: string;
      readonly glob: Text;
      readonly sort: FileSort | null;
      readonly replace: { readonly pattern: string; readonly by: string } | null;
    }
);

export interface FileSort {
  readonly by: 'mtime' | 'size' | 'name';
  readonly descending: boolean;
}

/** Rows, and bytes of their values as the source writes them; null for no bound. */
export interface Budget {
  readonly maxRows: number | null;
  readonly maxBytes: number | null;
}

/** A reference that only the user knows; columns as they are written. */
export type DeclaredReference = {
  readonly source: string;
  readonly table: string;
  readonly where: string;
} & (
  | {
      readonly kind: 'columns';
      readonly columns: readonly string[];
      readonly target: string;
      /** By default the primary key. */
      readonly targetColumns: readonly string[] | null;
    }
  | {
      readonly kind: 'polymorphic';
      readonly type: string;
      readonly id: string;
      /** What the type column holds, and the table that the id then belongs to. */
      readonly targets: readonly { readonly value: string; readonly table: string }[];
    }
  | {
      readonly kind: 'json';
      readonly column: string;
      readonly path: JsonPath;
      readonly target: string;
      readonly targetColumn: string | null;
    }
);

/** Names, positions, and `*` for all members, from the root of a document. */
export type JsonPath = readonly (string | number | { readonly all: true })[];

export interface SubsetExport {
  readonly source: string;
  readonly starts: readonly Start[];
  /** Null where rows bring only what they need. */
  readonly children: Children | null;
  /** Tables that come whole. */
  readonly lookups: readonly Named[];
  /** References that are set to null where their target does not come. */
  readonly optional: 'all' | readonly Named[];
  /** Whether no start row is no error. */
  readonly allowEmpty: boolean;
  /** How the tables are made; null where they have to be there. */
  readonly create: CreateMode | null;
}

/** A name of the source, as it is written. */
export interface Named {
  readonly name: string;
  readonly where: string;
}

export interface Start {
  readonly table: string;
  readonly filter: Filter;
  /** A share of these rows: a number from 0 to 1, or a percentage. */
  readonly sample: Text | null;
  /** Whether the sample keeps how many rows point to each of its rows: true or false. */
  readonly preserveDistribution: Text | null;
  readonly where: string;
}

/** Rows that point to those that were asked for. */
export interface Children {
  /** How many references away from a start row; null for as far as they go. */
  readonly depth: Text | null;
  /** How many for each row and reference; null for all. */
  readonly limit: Text | null;
  /** Whether references that no rule names bring children. */
  readonly others: boolean;
  readonly rules: readonly ChildRule[];
}

/** What holds for one reference, or for all of a table. */
export interface ChildRule extends Named {
  readonly on: boolean;
  readonly filter: Filter | null;
  readonly limit: Text | null;
}

export type Export = {
  /** The file of the package. */
  readonly name: string;
  readonly where: string;
} & (
  | { readonly type: 'dbcreate'; readonly source: string; readonly schemas: readonly string[] }
  | {
      readonly type: 'table-create';
      readonly source: string;
      readonly tables: readonly string[];
      readonly mode: CreateMode;
    }
  | {
      readonly type: 'table-data';
      readonly source: string;
      readonly table: string;
      readonly filter: Filter;
    }
  | ({ readonly type: 'subset' } & SubsetExport)
  | { readonly type: 'file'; readonly volume: string; readonly path: Text }
);
