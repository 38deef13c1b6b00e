import {
  type Database,
  type KeptSchema,
  keptSchema,
  type Schema,
  type SequenceState,
  schemaChange,
  type TableName,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { StrategyStatus } from './strategy.js';

/** What a checkpoint of copies or files says of itself. */
export interface KeptCheckpoint {
  readonly name: string;
  readonly at: string;
  readonly tables: readonly TableName[];
  /** Those that were asked for; absent where it was the usual ones. */
  readonly schemas?: readonly string[];
  readonly schema: KeptSchema;
  readonly sequences: readonly SequenceState[];
}

export function keep(
  name: string,
  schema: Schema,
  sequences: readonly SequenceState[],
  schemas: readonly string[] | undefined,
): KeptCheckpoint {
  return {
    name,
    at: new Date().toISOString(),
    tables: schema.tables.map((table) => ({ schema: table.schema, name: table.name })),
    ...(schemas && { schemas }),
    schema: keptSchema(schema.tables),
    sequences,
  };
}

/** A log stays on the schemas that it was switched on for. */
export function schemasFor(
  known: readonly KeptCheckpoint[],
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const latest = known.at(-1);
  return latest ? latest.schemas : asked;
}

export function statusOf(checkpoints: readonly KeptCheckpoint[]): StrategyStatus {
  const latest = checkpoints.at(-1);
  const schemas = latest?.schemas;
  return { tables: latest?.tables ?? [], checkpoints, ...(schemas && { schemas }) };
}

/** @throws HFIT_CHECKPOINT_UNKNOWN */
export function find<T extends { readonly name: string }>(
  database: Database,
  checkpoints: readonly T[],
  name: string,
): T {
  const found = checkpoints.find((it) => it.name === name);
  if (found) return found;
  throw new HfitError('HFIT_CHECKPOINT_UNKNOWN', {
    checkpoint: name,
    database: database.location,
    known: checkpoints.map((it) => it.name).join(', ') || 'none',
  });
}

/** @throws HFIT_LOG_SCHEMA_CHANGED */
export function assertSchemaKept(database: Database, kept: KeptCheckpoint, now: Schema): void {
  const change = schemaChange(kept.schema, now);
  if (change === null) return;
  throw new HfitError('HFIT_LOG_SCHEMA_CHANGED', { database: database.location, change });
}
