import type { Schema, Snapshot, Table } from '@hot-fixture/database';
import { factsOf, spellings } from '@hot-fixture/extract';
import type { Policy } from '@hot-fixture/masking';
import type { Static } from '@sinclair/typebox';
import type { TableAnswer } from './schemas.js';

/**
 * The schemas of a source under the names that users see. A dialect without schemas has one that
 * has no name: it is called what its database is called, such as `main`.
 */
export async function readSchemas(snapshot: Snapshot): Promise<Map<string, string>> {
  const schemas = await snapshot.schemas();
  const shown = new Map(schemas.map((name) => [name, name]));
  if (shown.delete('')) shown.set((await snapshot.schema([''])).database, '');
  return shown;
}

/** A table as the listing shows it: what the policy says of each column, and no value. */
export function describeTable(
  policy: Policy,
  source: string,
  schema: Schema,
  table: Table,
): Static<typeof TableAnswer> {
  const names = spellings(schema, table);
  const columns = table.columns.map((column) => {
    const { name, type, nullable } = column;
    const decision = policy.decide(source, names, factsOf(table, column));
    const masker = decision.kind === 'mask' ? { masker: decision.describe() } : {};
    return { name, type, nullable, classification: decision.kind, ...masker };
  });
  return { name: table.name, columns, primaryKey: [...(table.primaryKey?.columns ?? [])] };
}
