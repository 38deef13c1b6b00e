import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { guarded } from '../failure.js';
import { type Column, qualified, type Schema, type Table } from '../model.js';
import { orderByForeignKeys } from '../order.js';
import { findOrphans } from '../orphans.js';
import type { Dataset, TableRows } from './dataset.js';
import { createTables, runAll, schemasOf } from './tables.js';

export interface Guard {
  /** Writes also to a database whose name does not say that it is for tests. */
  dangerouslyAllowAnyDatabase?: boolean;
}

export interface LoadOptions extends Guard {
  /** Lets the triggers of users fire for the rows that are loaded; by default they do not. */
  fireTriggers?: boolean;
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
  let undone = true;
  const made: Table[] = [];
  try {
    if (dataset.dialect !== dialect.name) {
      throw new HfitError('HFIT_LOAD_DIALECT', { from: dataset.dialect, to: dialect.name });
    }
    const references = orderByForeignKeys(dataset.tables).cyclic;
    await runAll(session, dialect.beginLoad);
    await createTables(dialect, session, dataset, made);
    const targets = targetTables(
      driver,
      await dialect.introspect(session, schemasOf(dataset)),
      dataset,
    );
    await runAll(session, dialect.defer(references));
    const written = dataset.tables.map((table) => targets.get(qualified(table)) as Table);
    const muted = options.fireTriggers ? [] : await dialect.muteTriggers(session, written);
    const tables: LoadReport['tables'][number][] = [];
    for await (const part of dataset.rows()) {
      tables.push(await loadTable(driver, session, targets, part, options));
    }
    await runAll(session, muted);
    await runAll(session, dialect.renumber(dataset.tables));
    await runAll(session, dialect.settle(references));
    // To drop a table, a dialect may have to put off all keys.
    const replaces = dataset.create.some(({ mode }) => mode === 'replace');
    if ((references.length > 0 || replaces) && !dialect.capabilities.checksDeferredKeys) {
      await assertNoOrphans(driver, session, dataset.tables);
    }
    await session.run(dialect.commit);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables, rows, seconds: secondsSince(began) };
  } catch (error) {
    const failure = guarded(driver, error);
    undone = await undo(dialect, session, made);
    throw failure;
  } finally {
    await session.release(!undone);
    if (!undone) await undoAnew(driver, made);
  }
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

/** The tables that a lost connection has left behind, empty, are dropped by a new one. */
async function undoAnew(driver: Driver, made: readonly Table[]): Promise<void> {
  if (made.length === 0) return;
  try {
    const session = await driver.connect('write');
    await runAll(session, driver.dialect.beginLoad);
    await session.release(!(await undo(driver.dialect, session, made)));
  } catch {
    // The server is gone; the error that tells so is on its way.
  }
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
