import type { Session } from './driver.js';
import type { Row, Schema, SequenceState, Table, TableName } from './model.js';

/** A moment that the change log can go back to. */
export interface Checkpoint {
  readonly name: string;
  /** When it was set, in UTC, as ISO 8601. */
  readonly at: string;
}

export interface LogStatus {
  /** False where another version of this package has made the log. */
  readonly current: boolean;
  readonly tables: readonly TableName[];
  /** In the order in which they were set. */
  readonly checkpoints: readonly Checkpoint[];
}

/** A row before and after; null where it was not there. Values of all columns not generated. */
export interface RowChange {
  readonly before: Row | null;
  readonly after: Row | null;
}

/** What happened to one table in all: a row that is as it was is not among it. */
export interface TableChange {
  readonly table: Table;
  readonly rows: readonly RowChange[];
}

export interface SequenceChange extends TableName {
  readonly before: SequenceState['value'];
  readonly after: SequenceState['value'];
}

export interface LoggedChanges {
  readonly tables: readonly TableChange[];
  readonly sequences: readonly SequenceChange[];
}

export interface Rewound {
  /** How many rows were put back, by table. */
  readonly tables: readonly { readonly table: TableName; readonly rows: number }[];
  readonly sequences: number;
}

/**
 * How a dialect notes every change of its rows, whoever makes it, in tables of its own. Each call
 * gets a session of purpose `log` and begins and ends its own transaction. What it holds has to
 * survive: other sessions, other processes and the next start meet the same log.
 *
 * Errors of all calls but `status`, `obstacle` and `install`: HFIT_LOG_ABSENT where there is no log,
 * HFIT_CHECKPOINT_UNKNOWN, HFIT_LOG_SCHEMA_CHANGED where the schema is not what it was at the
 * checkpoint, HFIT_LOG_BYPASSED where something was changed behind its back, HFIT_LOG_WRITER where
 * another transaction did not end in time.
 */
export interface ChangeLog {
  /** Null where there is none. */
  status(session: Session): Promise<LogStatus | null>;
  /** Why this role cannot keep a log of these tables here; null where it can. */
  obstacle(session: Session, schema: Schema, patience?: number): Promise<string | null>;
  /**
   * Makes the log for these tables. One that is there and fits stays, with its checkpoints; one of
   * another version or other tables is replaced.
   * @param patience how long to wait for the locks of others, in milliseconds; without it, as long
   *   as the dialect finds right
   */
  install(session: Session, schema: Schema, patience?: number): Promise<void>;
  /** Leaves nothing behind. */
  remove(session: Session, patience?: number): Promise<void>;
  /**
   * Sets a checkpoint; one of this name moves here.
   * @param patience how long to wait for the transactions of others, in milliseconds
   */
  checkpoint(session: Session, name: string, patience: number): Promise<void>;
  /** What is not as it was at the checkpoint. Reads what changed, not what the tables hold. */
  changes(session: Session, since: string, patience: number): Promise<LoggedChanges>;
  /**
   * Puts rows and sequences back to the checkpoint, in one step. Later checkpoints are forgotten,
   * this one stays. Triggers of users do not fire.
   */
  rewind(session: Session, to: string, patience: number): Promise<Rewound>;
}
