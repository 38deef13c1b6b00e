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

export interface Challenge {
  readonly challenge: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

export interface Login {
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  /** What the server calls itself; a later login can ask for the same one. */
  readonly audience: string;
}

export type ParameterValue = string | number | boolean;

/** By name, or by position. */
export type GivenParameters = Readonly<Record<string, ParameterValue>> | readonly ParameterValue[];

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
