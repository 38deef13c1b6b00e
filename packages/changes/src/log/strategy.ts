import type { Checkpoint, Rewound, TableName } from '@hot-fixture/database';
import type { ChangeSet } from '../change-set.js';

export type StrategyName = 'log' | 'copies' | 'reload';

/** One way to come back to a checkpoint. */
export interface Strategy {
  readonly name: StrategyName;
  status(): Promise<{
    readonly tables: readonly TableName[];
    readonly checkpoints: readonly Checkpoint[];
  }>;
  checkpoint(name: string): Promise<void>;
  changes(since: string): Promise<ChangeSet>;
  rewind(to: string): Promise<Rewound>;
  close(): Promise<void>;
}

/** How long to wait for the open transactions of others, in milliseconds. */
export const defaultPatience = 10_000;
