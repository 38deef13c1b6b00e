import type { ChangeSet } from '@hot-fixture/changes';
import type { Value } from '@hot-fixture/database';

/** Why a value that is not the expected one was let through. */
export type Reason = 'ignored' | 'any' | 'pattern' | 'near' | 'same key' | 'not compared';

/** What was let through, counted for each table, column and reason. */
export interface Accepted {
  readonly schema: string;
  readonly name: string;
  /** Null where it is about whole rows, or a sequence. */
  readonly column: string | null;
  readonly reason: Reason;
  readonly count: number;
  /** One of them; null where it is about whole rows. */
  readonly example: { readonly expected: Value; readonly found: Value } | null;
}

/** What remains between the expected state and the one that was found. */
export interface Difference {
  /** Whether nothing remains. */
  readonly equal: boolean;
  /**
   * What would have to happen to the expected state to make it the found one. Values that were let
   * through stand in it as they were found, generated keys under their found numbers.
   */
  readonly changes: ChangeSet;
  /** In the order of the names of tables and columns. */
  readonly accepted: readonly Accepted[];
}
