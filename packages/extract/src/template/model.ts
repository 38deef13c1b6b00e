import type { CreateMode, Filter, Query } from '@hot-fixture/database';

/** What may be asked of a source, as its author wrote it; all syntax is checked. */
export interface Template {
  readonly name: string;
  readonly description: string | null;
  readonly projectName: string | null;
  readonly packageName: Text | null;
  readonly parameters: readonly Parameter[];
  readonly prepare: readonly PrepareStep[];
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
      readonly type: 'table-data' | 'subset';
      readonly source: string;
      readonly table: string;
      readonly filter: Filter;
      /** How the tables of a subset are made; null where they have to be there. */
      readonly create: CreateMode | null;
    }
  | { readonly type: 'file'; readonly volume: string; readonly path: Text }
);
