import type { Dialect } from '../dialect.js';
import { quoteTable } from '../dialect.js';
import type { Session } from '../driver.js';
import { qualified, type Table } from '../model.js';
import type { Dataset } from './dataset.js';

/**
 * Makes the tables that a dataset asks for.
 * @param made gets those that a rollback alone would not remove
 */
export async function createTables(
  dialect: Dialect,
  session: Session,
  dataset: Dataset,
  made: Table[],
): Promise<void> {
  for (const schema of dataset.schemas) await runAll(session, dialect.createSchema(schema));
  for (const { definition } of dataset.createSequences ?? []) {
    await runAll(session, definition ?? []);
  }
  if (dataset.create.length === 0) return;
  const { transactionalDefinitions } = dialect.capabilities;
  const { tables } = await dialect.introspect(session, schemasOf(dataset));
  const present = new Map(tables.map((table) => [qualified(table), table]));
  const replaced = dataset.create
    .filter(({ mode }) => mode === 'replace')
    .map(({ table }) => table);
  // A drop that could not be undone is not needed where the table would be made the same again.
  const emptied = replaced.filter(
    (table) => !transactionalDefinitions && isSame(present.get(qualified(table)), table),
  );
  const dropped = replaced.filter((table) => !emptied.includes(table));
  await runAll(session, dialect.drop(dropped));
  const absent = dataset.create
    .map(({ table }) => table)
    .filter((table) => dropped.includes(table) || !present.has(qualified(table)));
  if (transactionalDefinitions) await runAll(session, dialect.create(absent));
  else {
    // One by one: where somebody else makes one of them meanwhile, it is not ours to drop.
    for (const table of absent) {
      await runAll(session, dialect.create([table]));
      made.push(table);
    }
  }
  await empty(dialect, session, emptied, tables);
}

function isSame(a: Table | undefined, b: Table): boolean {
  return JSON.stringify(a?.definition) === JSON.stringify(b.definition);
}

/** Deletes the rows of tables, whatever points to them. */
async function empty(
  dialect: Dialect,
  session: Session,
  emptied: readonly Table[],
  tables: readonly Table[],
): Promise<void> {
  if (emptied.length === 0) return;
  const references = tables.flatMap((table) =>
    table.foreignKeys.map((foreignKey) => ({ table, foreignKey })),
  );
  await runAll(session, dialect.defer(references));
  await runAll(
    session,
    emptied.map((table) => `DELETE FROM ${quoteTable(dialect, table)}`),
  );
  await runAll(session, dialect.settle(references));
}

export function schemasOf(dataset: Dataset): string[] {
  const tables = [...dataset.tables, ...dataset.create.map(({ table }) => table)];
  return [...new Set(tables.map((table) => table.schema))];
}

export async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.run(statement);
}
