import { type Database, qualified } from '@hot-fixture/database';

/** All rows in an order of no meaning, and all sequences: equal only for equal states. */
export async function stateOf(database: Database) {
  const snapshot = await database.snapshot();
  try {
    const { tables, sequences } = await snapshot.introspect();
    const rows: Record<string, string[]> = {};
    for (const table of tables) {
      const list = await snapshot.list({ table, columns: table.columns });
      rows[qualified(table)] = list.map((row) => JSON.stringify(row.map(told))).sort();
    }
    const states = await snapshot.using((it) => database.dialect.readSequences(it, sequences));
    return { rows, sequences: states };
  } finally {
    await snapshot.close();
  }
}

function told(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : `${value}r`;
  return value;
}
