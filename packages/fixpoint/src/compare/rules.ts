import type { Row, TableName, ValueKind } from '@hot-fixture/database';

/** A value that may be another one at each run. Make it by `any`, `pattern` or `near`. */
export type Volatile =
  | { readonly rule: 'any'; readonly kind: ValueKind | null }
  | { readonly rule: 'pattern'; readonly pattern: RegExp }
  | { readonly rule: 'near'; readonly seconds: number; readonly of: 'stored' | 'now' }
  | { readonly rule: 'near'; readonly by: string };

/** Columns by name, for all tables; as `table.column` or within an object, for one table each. */
export type Ignored = readonly (string | Readonly<Record<string, readonly string[]>>)[];

/** By column for all tables or as `table.column`; or by table, and then by column. */
export type VolatileColumns = Readonly<
  Record<string, Volatile | Readonly<Record<string, Volatile>>>
>;

/** A volatile value that stands in the file of a fixpoint, in place of the value itself. */
export interface TaggedValue {
  readonly table: TableName;
  /** The key of its row as it is stored; the whole row where the table has no key. */
  readonly row: Row;
  readonly column: string;
  readonly rule: Volatile;
  /** There is no value beside the rule, so it can be compared, and not restored. */
  readonly isMissing?: true;
}

/** What a comparison lets through. Tables are named `table` or `schema.table`. */
export interface CompareRules {
  readonly ignore?: Ignored;
  /** Only these are compared, one at least; by default all. */
  readonly tables?: readonly string[];
  readonly excludeTables?: readonly string[];
  readonly volatile?: VolatileColumns;
  readonly tags?: readonly TaggedValue[];
  /**
   * Generated keys may have other numbers, if all that points to them does so too. What generates
   * a key is an identity, a sequence or a function for UUIDs in its default.
   */
  readonly sameKeys?: boolean;
  /** More keys of that sort, as `table.column`, such as UUIDs that the application makes. */
  readonly generated?: readonly string[];
  /** Foreign keys that the schema does not tell: `table.column` to the `table.column` it means. */
  readonly references?: Readonly<Record<string, string>>;
  /** Whether sequences have to stand where they stood; by default, unless `sameKeys` is on. */
  readonly sequences?: 'compare' | 'ignore';
  /** What `near` takes for now; by default the moment of the comparison. */
  readonly now?: Date;
}

/**
 * Any value but NULL.
 * @param kind of this kind, whatever the column could hold; by default all that the column holds
 */
export function any(kind: ValueKind | null = null): Volatile {
  return { rule: 'any', kind };
}

/** Any text that the pattern matches as a whole. It runs in this process: give it none from afar. */
export function pattern(regular: RegExp): Volatile {
  return {
    rule: 'pattern',
    pattern: new RegExp(`^(?:${regular.source})$`, regular.flags.replace(/[gy]/g, '')),
  };
}

/**
 * A time within some seconds of the stored one, or of now; or a number within a distance of the
 * stored one. Near now is one that was written now: a value that is still the stored one passes all
 * the same, however old, for nothing wrote it. A time without a zone that is to be near now may be in UTC or in the zone of this
 * process.
 */
export function near(
  within: { readonly seconds: number; readonly of?: 'stored' | 'now' } | { readonly by: number },
): Volatile {
  if ('by' in within) return { rule: 'near', by: String(within.by) };
  return { rule: 'near', seconds: within.seconds, of: within.of ?? 'stored' };
}
