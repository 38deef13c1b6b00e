import type { Fields, RowBytes } from '@hot-fixture/database';
import { type ClassifiedTable, fieldChange } from './classify.js';
import type { MaskPool } from './mask-pool.js';
import type { PlannedTable } from './plan.js';

/**
 * Rows that travel as bytes, masked: only what is masked becomes a value on the way. Undefined where
 * the dialect has no form whose fields can be replaced.
 * @param pool masks them in other threads
 */
export function maskedBytes(
  { classified }: PlannedTable,
  { format, chunks }: RowBytes,
  pool: MaskPool | undefined,
): RowBytes | undefined {
  const fields = classified.source.database.dialect.bulk?.fields;
  if (!fields) return undefined;
  const masked = pool?.masked(classified, fields, chunks) ?? maskedHere(classified, fields, chunks);
  return { format, chunks: masked };
}

async function* maskedHere(
  { masks }: ClassifiedTable,
  fields: Fields,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const change = fieldChange(masks);
  for await (const rows of fields.whole(chunks)) yield fields.change(rows, change);
}
