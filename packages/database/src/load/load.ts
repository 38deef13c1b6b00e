import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { guarded } from '../failure.js';
import { type Column, qualified, type Schema, type Table } from '../model.js';
import { orderByForeignKeys } from '../order.js';
import { findOrphans } from '../orphans.js';
import type { Dataset, TableRows } from './dataset.js';

export interface LoadOptions {
  /** Loads also into a database whose name does not say that it is for tests. */
  dangerouslyAllowAnyDatabase?: boolean;
  /** Called after each batch. */
  onProgress?: (progress: { table: string; rows: number }) => void;
}

export interface LoadReport {
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly seconds: number;
  }[];
  readonly rows: number;
  readonly seconds: number;
}

/** Loads a dataset through one session, which it gives back. */
export async function load(
  driver: Driver,
  session: Session,
  dataset: Dataset,
  options: LoadOptions,
): Promise<LoadReport> {
  const { dialect } = driver;
  const began = performance.now();
  let broken = false;
  let made: readonly Table[] = [];
  try {
    if (dataset.dialect !== dialect.name) {
      throw new HfitError('HFIT_LOAD_DIALECT', { from: dataset.dialect, to: dialect.name });
    }
    const references = orderByForeignKeys(dataset.tables).cyclic;
    await runAll(session, dialect.beginLoad);
    made = await createTables(dialect, session, dataset);
    const targets = targetTables(
      driver,
      await dialect.introspect(session, schemasOf(dataset)),
      dataset,
    );
    await runAll(session, dialect.defer(references));
    const tables: LoadReport['tables'][number][] = [];
    for await (const part of dataset.rows()) {
      tables.push(await loadTable(driver, session, targets, part, options));
    }
    await runAll(session, dialect.renumber(dataset.tables));
    await runAll(session, dialect.settle(references));
    if (references.length > 0 && !dialect.capabilities.checksDeferredKeys) {
      await assertNoOrphans(driver, session, dataset.tables);
    }
    await session.run(dialect.commit);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables, rows, seconds: secondsSince(began) };
  } catch (error) {
    const failure = guarded(driver, error);
    broken = !(await undo(dialect, session, made));
    throw failure;
  } finally {
    await session.release(broken);
  }
}

/** Makes the tables that are absent; gives back those that a rollback alone would not remove. */
async function createTables(
  dialect: Dialect,
  session: Session,
  dataset: Dataset,
): Promise<readonly Table[]> {
  for (const schema of dataset.schemas) await runAll(session, dialect.createSchema(schema));
  if (dataset.create.length === 0) return [];
  const replaced = dataset.create.filter(({ mode }) => mode === 'replace');
  await runAll(session, dialect.drop(replaced.map(({ table }) => table)));
  const present = new Set(
    (await dialect.introspect(session, schemasOf(dataset))).tables.map(qualified),
  );
  const absent = dataset.create.filter(({ table }) => !present.has(qualified(table)));
  const tables = absent.map(({ table }) => table);
  try {
    await runAll(session, dialect.create(tables));
  } catch (error) {
    if (!dialect.capabilities.transactionalDefinitions) await runAll(session, dialect.drop(tables));
    throw error;
  }
  return dialect.capabilities.transactionalDefinitions ? [] : tables;
}

/** The tables of the target by name, each checked to have the columns that rows will come for. */
function targetTables(driver: Driver, schema: Schema, dataset: Dataset): Map<string, Table> {
  const byName = new Map(schema.tables.map((table) => [qualified(table), table]));
  for (const { schema: inSchema, name } of dataset.tables) {
    const table = qualified({ schema: inSchema, name });
    if (byName.has(table)) continue;
    throw refused(driver, table, 'it is not there');
  }
  return byName;
}

async function loadTable(
  driver: Driver,
  session: Session,
  targets: Map<string, Table>,
  part: TableRows,
  options: LoadOptions,
): Promise<LoadReport['tables'][number]> {
  const name = qualified(part.table);
  const target = targets.get(name) as Table;
  const columns = part.columns.map((column) => targetColumn(driver, target, column));
  const began = performance.now();
  let rows = 0;
  for await (const batch of part.batches) {
    try {
      await driver.dialect.insert(session, target, columns, batch);
    } catch (error) {
      const { reason, lost } = driver.dialect.explain(error);
      if (lost) throw error;
      throw new HfitError(
        'HFIT_LOAD_FAILED',
        { table: name, reason, database: driver.location },
        { where: `rows ${rows + 1} to ${rows + batch.length}`, cause: error },
      );
    }
    rows += batch.length;
    options.onProgress?.({ table: name, rows });
  }
  return { table: name, rows, seconds: secondsSince(began) };
}

function targetColumn(driver: Driver, target: Table, column: Column): Column {
  const found = target.columns.find(({ name }) => name === column.name);
  if (!found) throw refused(driver, qualified(target), `it has no column "${column.name}"`);
  if (found.generated) {
    throw refused(driver, qualified(target), `its column "${column.name}" is generated`);
  }
  return found;
}

function refused(driver: Driver, table: string, reason: string): HfitError {
  return new HfitError('HFIT_LOAD_COLUMN', { table, reason, database: driver.location });
}

async function assertNoOrphans(driver: Driver, session: Session, tables: readonly Table[]) {
  const [orphans] = await findOrphans(driver.dialect, session, tables);
  if (!orphans) return;
  const { table, foreignKey, target, rows } = orphans;
  throw new HfitError('HFIT_LOAD_ORPHAN', {
    table,
    foreignKey,
    target,
    count: rows,
    database: driver.location,
  });
}

/** Takes back what was begun; false where the connection cannot be used again. */
async function undo(dialect: Dialect, session: Session, made: readonly Table[]): Promise<boolean> {
  try {
    await session.run(dialect.rollback);
    await runAll(session, dialect.drop(made));
    return true;
  } catch {
    return false;
  }
}

function schemasOf(dataset: Dataset): string[] {
  const tables = [...dataset.tables, ...dataset.create.map(({ table }) => table)];
  return [...new Set(tables.map((table) => table.schema))];
}

async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.run(statement);
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
