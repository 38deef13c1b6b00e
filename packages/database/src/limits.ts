import type { TableName } from './model.js';

/** What reading may cost the server that is read from, in seconds; null for no limit. */
export interface ReadLimits {
  /**
   * How long one question may take. Where rows come as fast as they are taken, it is how long the
   * next of them may take.
   */
  readonly statement: number | null;
  /** How long to wait for a table that others hold, before it is given up. */
  readonly lock: number | null;
  /** How long the transaction may stay open with nothing asked, before the server ends it. */
  readonly idle: number | null;
}

/** Who reads, and how much of it. */
export interface ReadOptions {
  /** Ends what the server does for it, with its reason; where the dialect can. */
  readonly signal?: AbortSignal | undefined;
  /** In a process of ours, where a question keeps all others waiting, there are none. */
  readonly limits?: ReadLimits | undefined;
  /** Which tables an error may name that nobody asked for: those of others that were held. */
  readonly tells?: ((table: TableName) => boolean) | undefined;
}

/** What a dialect set for limits. */
export interface LimitedReads {
  /** Statements around one that lasts as long as its reader takes. */
  readonly lift: string;
  readonly again: string;
  /** Whether streamed rows are one such statement, as bytes are in any case. */
  readonly liftsForRows: boolean;
  /** Statements that undo what the end of the transaction leaves set. */
  readonly undo: readonly string[];
}
