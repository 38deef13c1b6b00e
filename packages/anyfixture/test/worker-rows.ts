import type { Database } from '@hot-fixture/database';

/** The names in the table `thing`, by the order of their numbers. */
export async function rowsOf(database: Database): Promise<string[]> {
  const snapshot = await database.snapshot();
  try {
    const { tables } = await snapshot.introspect();
    const table = tables.find((it) => it.name === 'thing')!;
    const names: string[] = [];
    for await (const batch of snapshot.rows({ table, columns: table.columns })) {
      names.push(...batch.map((row) => String(row[1])));
    }
    return names;
  } finally {
    await snapshot.close();
  }
}

/** Writes a row as an application would: it commits. */
export async function inserted(database: Database, name: string): Promise<void> {
  const { dialect } = database;
  const { tables } = await database.introspect();
  const table = tables.find((it) => it.name === 'thing')!;
  const [id] = table.columns;
  await database.transaction(async (session) => {
    const number = dialect.bind(id!, String(2 + Math.floor(Math.random() * 1e6)));
    await dialect.insert(session, table, table.columns, [[number, name]]);
  });
}
