import type { Checkpoint, Rewound, TableName } from '@hot-fixture/database';
import type { ChangeSet } from '../change-set.js';

export type StrategyName = 'log' | 'copies' | 'reload';

export interface StrategyStatus {
  readonly tables: readonly TableName[];
  readonly checkpoints: readonly Checkpoint[];
  /** The schemas that were asked for, where it knows that of them. */
  readonly schemas?: readonly string[];
}

/** The schemas that it is about; undefined where it has no tables that would tell. */
export function schemasOf({ schemas, tables }: StrategyStatus): readonly string[] | undefined {
  if (schemas) return schemas;
  return tables.length === 0 ? undefined : [...new Set(tables.map(({ schema }) => schema))];
}

/** One way to come back to a checkpoint. */
export interface Strategy {
  readonly name: StrategyName;
  status(): Promise<StrategyStatus>;
  checkpoint(name: string): Promise<void>;
  changes(since: string): Promise<ChangeSet>;
  rewind(to: string): Promise<Rewound>;
  close(): Promise<void>;
}

/** How long to wait for the open transactions of others, in milliseconds. */
export const defaultPatience = 10_000;
