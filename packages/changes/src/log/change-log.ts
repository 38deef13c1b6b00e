import type { Checkpoint, Rewound, TableName } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet } from '../change-set.js';
import type { Strategy, StrategyName } from './strategy.js';
import type { Verifier } from './verify.js';

export interface TrackReport {
  /**
   * How the database comes back: by the log of what changed, by copies of the tables within it, or
   * by deleting all rows and loading those of a file.
   */
  readonly strategy: StrategyName;
  /** Why this one, in words. */
  readonly reason: string;
}

export interface TrackStatus extends TrackReport {
  readonly tables: readonly TableName[];
  /** In the order in which they were set. */
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * Knows what happened to a database since a checkpoint, whoever did it, and puts it back. Made by
 * `track`. What it knows is kept by the database: other processes meet the same checkpoints.
 *
 * Errors of its calls: HFIT_LOG_ABSENT where it was switched off meanwhile,
 * HFIT_CHECKPOINT_UNKNOWN, HFIT_LOG_SCHEMA_CHANGED, HFIT_LOG_BYPASSED, HFIT_LOG_WRITER,
 * HFIT_DATABASE_LOST (the next call takes a new connection).
 */
export class ChangeLog {
  readonly report: TrackReport;
  readonly #strategy: Strategy;
  readonly #verifier: Verifier | null;
  #latest: string;
  #count: number;

  constructor(
    report: TrackReport,
    strategy: Strategy,
    verifier: Verifier | null,
    checkpoints: readonly Checkpoint[],
  ) {
    this.report = report;
    this.#strategy = strategy;
    this.#verifier = verifier;
    this.#latest = checkpoints.at(-1)?.name ?? '';
    this.#count = checkpoints.length;
  }

  /**
   * Sets a checkpoint; one of this name moves here.
   * @param name by default `checkpoint-2` and so on
   * @returns its name
   * @throws HFIT_CHECKPOINT_NAME
   */
  async checkpoint(name?: string): Promise<string> {
    this.#count += 1;
    const chosen = name ?? `checkpoint-${this.#count}`;
    if (chosen.trim() === '' || chosen.length > 100)
      throw new HfitError('HFIT_CHECKPOINT_NAME', {});
    await this.#strategy.checkpoint(chosen);
    this.#latest = chosen;
    await this.#verifier?.remember(chosen);
    return chosen;
  }

  /**
   * What is not as it was at a checkpoint.
   * @param options.since by default the latest that this change log has found, set or gone back to
   */
  changes(options: { readonly since?: string } = {}): Promise<ChangeSet> {
    return this.#strategy.changes(options.since ?? this.#latest);
  }

  /**
   * Puts all rows and sequences back to what they were at a checkpoint, in one step. Later
   * checkpoints are forgotten, this one stays. Triggers of users do not fire.
   * @param to by default the latest that this change log has found, set or gone back to
   * @throws HFIT_REWIND_VERIFY where `verify` was asked for, and something differs
   */
  async rewind(to?: string): Promise<Rewound> {
    const checkpoint = to ?? this.#latest;
    const rewound = await this.#strategy.rewind(checkpoint);
    this.#latest = checkpoint;
    await this.#verifier?.compare(checkpoint);
    return rewound;
  }

  async status(): Promise<TrackStatus> {
    const { tables, checkpoints } = await this.#strategy.status();
    return { ...this.report, tables, checkpoints };
  }

  /** Gives its connection back. The log goes on; the next call takes a connection again. */
  close(): Promise<void> {
    return this.#strategy.close();
  }
}
