/** A source of data that the server knows. */
export interface DbmsInfo {
  readonly name: string;
  readonly dialect: string;
}

export interface ColumnInfo {
  readonly name: string;
  /** As its database writes it. */
  readonly type: string;
  readonly nullable: boolean;
  /** What the policy of the server does with it; what is denied never leaves the server. */
  readonly classification: 'keep' | 'mask' | 'deny';
  readonly masker?: string;
}

export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  readonly primaryKey: readonly string[];
}

export interface ParameterInfo {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  readonly description?: string;
}

export interface TemplateInfo {
  readonly name: string;
  readonly description?: string;
  readonly parameters: readonly ParameterInfo[];
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** A row of a table, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowsPage {
  readonly rows: readonly Row[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
  /** Of all rows that the filter lets through, where it was asked for. */
  readonly count?: number;
}

/** Which rows, and in which order; the server knows the syntax of filters (docs/templates.md). */
export interface RowsQuery {
  readonly filter?: string | undefined;
  /** Such as `created_at:desc,id`. */
  readonly sort?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  /** Count them, too. */
  readonly count?: true | undefined;
  /** Masks as packages of templates of this project have them. */
  readonly project?: string | undefined;
}

export interface FileInfo {
  readonly name: string;
  /** In its volume. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly modtime: string;
  readonly isdir: boolean;
}

export interface Challenge {
  readonly challenge: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** What a login, a refresh or an exchange gives. */
export interface Tokens {
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** Gives the next tokens, once; absent where the server gives none. */
  readonly refreshToken?: string;
  readonly refreshExpiresAt?: string;
}

export interface Login extends Tokens {
  /** What the server calls itself; a later login can ask for the same one. */
  readonly audience: string;
}

export type ParameterValue = string | number | boolean;

/** By name, or by position. */
export type GivenParameters = Readonly<Record<string, ParameterValue>> | readonly ParameterValue[];

/** About what a package would bring. */
export interface PackageEstimate {
  readonly rows: number;
  readonly bytes: number;
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    /** How many rows the table has. */
    readonly of: number;
  }[];
  readonly warnings: readonly string[];
}

/** The forms of a package: an archive, one SQL script, or a dataset to load at once. */
export const packageTypes = {
  archive: 'application/gzip',
  script: 'application/sql',
  dataset: 'application/x-ndjson',
} as const;

export type PackageForm = keyof typeof packageTypes;

export interface PackageStream {
  /** Ends with an error where it ends too early. */
  readonly body: AsyncIterable<Uint8Array>;
  /** As the server proposes it: a bare name without a folder. */
  readonly fileName: string | null;
  readonly warnings: readonly string[];
}
