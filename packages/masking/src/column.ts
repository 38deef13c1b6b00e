/** A value as its database writes it: see the model of the database room. */
export type Value = string | number | bigint | Uint8Array | null;

/** What a masker has to know about the column that it serves. */
export interface ColumnFacts {
  readonly name: string;
  /** The type as the database writes it, such as `character varying(40)`. */
  readonly type: string;
  /** `text`, `integer`, `date` …: the value kinds of the database room. */
  readonly kind: string;
  /** What is in an array, a composite or a range, and below a domain, at any depth. */
  readonly madeOf?: readonly { readonly type: string; readonly kind: string }[];
  readonly nullable: boolean;
  /** Unique by itself, or part of a key. */
  readonly unique: boolean;
  /** In characters; null where there is no limit. */
  readonly maxLength: number | null;
  /** What an enum (or a set) may hold; absent or null where that is not known. */
  readonly labels?: readonly string[] | null;
}
