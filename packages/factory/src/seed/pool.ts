import type { Database } from '@hot-fixture/database';
import type { Values } from '../database/node.js';
import type { TableFacts } from '../table/facts.js';

/** More rows to point to than this make no difference to what comes out. */
const most = 20_000;

/** Rows that are there before, to be pointed to, and how many there are in all. */
export async function rowsThere(
  database: Database,
  { table }: TableFacts,
): Promise<{ rows: Values[]; count: number }> {
  const { dialect } = database;
  const rows: Values[] = [];
  let count = 0;
  const snapshot = await database.snapshot();
  try {
    const { columns } = table;
    for await (const batch of snapshot.rows({ table, columns })) {
      count += batch.length;
      if (rows.length >= most) continue;
      for (const row of batch) {
        const pairs = columns.map((it, i) => [it.name, dialect.decode(it, row[i] ?? null)]);
        rows.push(Object.fromEntries(pairs));
      }
    }
  } finally {
    await snapshot.close();
  }
  return { rows, count };
}
