import type { Fields, RowBytes } from '@hot-fixture/database';
import { fieldChange } from './classify.js';
import type { PlannedTable } from './plan.js';

/**
 * Rows that travel as bytes, masked: only what is masked becomes a value on the way. Undefined where
 * the dialect has no form whose fields can be replaced.
 */
export function maskedBytes(
  { classified }: PlannedTable,
  { format, chunks }: RowBytes,
): RowBytes | undefined {
  const fields = classified.source.database.dialect.bulk?.fields;
  if (!fields) return undefined;
  return { format, chunks: changed(fields, chunks, fieldChange(classified.masks)) };
}

async function* changed(
  fields: Fields,
  chunks: AsyncIterable<Uint8Array>,
  change: ReturnType<typeof fieldChange>,
): AsyncGenerator<Uint8Array> {
  for await (const rows of fields.whole(chunks)) yield fields.change(rows, change);
}
