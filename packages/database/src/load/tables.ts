import { HfitError } from '@hot-fixture/errors';
import { assertAtomic } from '../atomic.js';
import type { Dialect } from '../dialect.js';
import { quoteTable } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { qualified, sameTable, type Table } from '../model.js';
import type { Dataset } from './dataset.js';
import { assertTargetsServe, compareStaying } from './differences.js';
import { runAll } from './run.js';

/** What a rollback alone would not take back. */
export interface Undoing {
  /** Tables that were made. */
  readonly made: Table[];
  /** Tables that were dropped, and held no row. */
  readonly dropped: Table[];
}

/**
 * Makes the tables that a dataset asks for.
 * @param undoing gets what a rollback alone would not take back
 * @throws HFIT_LOAD_DIFFERS, HFIT_TABLE_NOT_ATOMIC, HFIT_LOAD_REPLACE where a table cannot be replaced without harm to what stays
 */
export async function createTables(
  driver: Driver,
  session: Session,
  dataset: Dataset,
  undoing: Undoing,
): Promise<void> {
  const { dialect } = driver;
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
  const staying = tables.filter((it) => !replaced.some((table) => sameTable(it, table)));
  compareStaying(driver, staying, dataset);
  // A drop that could not be undone is not needed where the table would be made the same again.
  const emptied = replaced.filter(
    (table) => !transactionalDefinitions && isSame(present.get(qualified(table)), table),
  );
  assertAtomic(dialect, emptied);
  const dropped = replaced.filter((table) => !emptied.includes(table));
  if (!transactionalDefinitions) await assertEmpty(dialect, session, dropped, present);
  await dropAll(dialect, session, dropped);
  if (!transactionalDefinitions) {
    undoing.dropped.push(...dropped.flatMap((table) => present.get(qualified(table)) ?? []));
  }
  const absent = dataset.create
    .map(({ table }) => table)
    .filter((table) => dropped.includes(table) || !present.has(qualified(table)));
  // One by one: where somebody else makes one of them meanwhile, it is not ours to drop.
  for (const some of transactionalDefinitions ? [absent] : absent.map((table) => [table])) {
    try {
      await runAll(session, dialect.create(some));
    } catch (error) {
      if (!dialect.explain(error).end) assertTargetsServe(driver, some, staying);
      throw error;
    }
    if (!transactionalDefinitions) undoing.made.push(...some);
  }
  await empty(dialect, session, emptied, tables);
}

/** Rows that a drop takes away could not come back when the load fails. */
async function assertEmpty(
  dialect: Dialect,
  session: Session,
  dropped: readonly Table[],
  present: ReadonlyMap<string, Table>,
): Promise<void> {
  for (const table of dropped) {
    if (!present.has(qualified(table))) continue;
    const rows = await session.query(`SELECT 1 FROM ${quoteTable(dialect, table)} LIMIT 1`);
    if (rows.length === 0) continue;
    const reason =
      'it holds rows and is of another definition, and this database cannot take a drop back';
    throw new HfitError('HFIT_LOAD_REPLACE', { table: qualified(table), reason });
  }
}

/** A view, or a foreign key of a table that stays, is not dropped along with its target. */
async function dropAll(dialect: Dialect, session: Session, tables: readonly Table[]) {
  try {
    await runAll(session, dialect.drop(tables));
  } catch (cause) {
    const { reason, end } = dialect.explain(cause);
    if (end) throw cause;
    const names = tables.map(qualified).join(', ');
    throw new HfitError('HFIT_LOAD_REPLACE', { table: names, reason }, { cause });
  }
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
