import {
  type Database,
  type Dataset,
  orderByForeignKeys,
  qualified,
  type Row,
  type Schema,
  type Table,
} from '../src/index.js';

/** Integers in the form of the dialect, without asking which one it is. */
export function asRow(target: Database, id: number): Row {
  const integer = { kind: 'integer' } as Parameters<typeof target.dialect.bind>[0];
  return [target.dialect.bind(integer, String(id))];
}

/** A dataset of one table; with an error, it fails after the rows. */
export function datasetOf(
  dialect: string,
  table: Table,
  list: readonly Row[],
  error?: Error,
): Dataset {
  async function* batches() {
    yield list;
    if (error) throw error;
  }
  return {
    dialect,
    schemas: [],
    create: [],
    tables: [table],
    async *rows() {
      yield { table, columns: table.columns, batches: batches() };
    },
  };
}

type Snapshot = Awaited<ReturnType<Database['snapshot']>>;

/** All tables of a schema as a dataset, generated columns left out. */
export function wholeOf(
  schema: Schema,
  snapshot: Snapshot,
  mode: 'absent' | 'replace' = 'absent',
): Dataset {
  const { tables } = orderByForeignKeys(schema.tables);
  return {
    dialect: schema.dialect,
    schemas: [],
    create: tables.map((table) => ({ table, mode })),
    tables,
    async *rows() {
      for (const table of tables) {
        yield snapshot.tableRows(table);
      }
    },
  };
}

/** Every row of every table, for a comparison. */
export async function contents(database: Database): Promise<Record<string, Row[]>> {
  const snapshot = await database.snapshot();
  try {
    const { tables } = await snapshot.introspect();
    const found: Record<string, Row[]> = {};
    for (const table of tables) {
      found[qualified(table)] = await snapshot.list({ table, columns: table.columns });
    }
    return found;
  } finally {
    await snapshot.close();
  }
}
