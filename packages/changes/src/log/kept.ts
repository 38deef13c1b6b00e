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

/** What a checkpoint of copies or files says of itself. */
export interface KeptCheckpoint {
  readonly name: string;
  readonly at: string;
  readonly tables: readonly TableName[];
  readonly schema: KeptSchema;
  readonly sequences: readonly SequenceState[];
}

export function keep(
  name: string,
  schema: Schema,
  sequences: readonly SequenceState[],
): KeptCheckpoint {
  return {
    name,
    at: new Date().toISOString(),
    tables: schema.tables.map((table) => ({ schema: table.schema, name: table.name })),
    schema: keptSchema(schema.tables),
    sequences,
  };
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
