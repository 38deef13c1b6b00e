import type { Row } from '@hot-fixture/database';
import type { PlannedExport, PlannedTable } from '../plan.js';
import type { Meter } from './meter.js';

/** How many rows of a table are weighed. */
const weighed = 500;

/**
 * Weighs rows that are to come, as their source writes them: the first of each table stand for the
 * rest. Nothing is read where no budget asks.
 * @throws HFIT_BUDGET_BYTES
 */
export async function checkBytes(exports: readonly PlannedExport[], meter: Meter): Promise<void> {
  if (meter.budget.maxBytes === null) return;
  let bytes = 0;
  for (const { tables } of exports) {
    for (const { classified, read, count } of tables) {
      const rows = await count();
      if (rows === 0) continue;
      let [seen, weight] = [0, 0];
      for await (const batch of read(classified.columns)) {
        seen += batch.length;
        weight += weightOfRows(batch);
        if (seen >= weighed) break;
      }
      if (seen > 0) bytes += (weight / seen) * rows;
    }
  }
  meter.checkBytes(bytes);
}

/**
 * The same table, whose rows are weighed while they are read: the first rows of it may be lighter
 * than those that come later.
 */
export function weighing(table: PlannedTable, meter: Meter): PlannedTable {
  if (meter.budget.maxBytes === null) return table;
  const { bytes: _, ...asRows } = table;
  return {
    ...asRows,
    async *read(columns) {
      for await (const batch of table.read(columns)) {
        meter.addBytes(weightOfRows(batch));
        yield batch;
      }
    },
  };
}

/** How many bytes the values of rows have, as their source writes them. */
export function weightOfRows(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + weightOf(row), 0);
}

function weightOf(row: Row): number {
  return row.reduce<number>((sum, value) => {
    if (value === null) return sum;
    return sum + (value instanceof Uint8Array ? value.length : Buffer.byteLength(String(value)));
  }, 0);
}
