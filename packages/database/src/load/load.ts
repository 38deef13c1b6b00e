import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import { assertAtomic } from '../atomic.js';
import type { Dialect, Reference } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { guarded } from '../failure.js';
import { qualified, type Schema, sameTable, type Table, type TableName } from '../model.js';
import { orderByForeignKeys } from '../order.js';
import { findOrphans } from '../orphans.js';
import { unserved, withCycle } from './cycle.js';
import type { Dataset } from './dataset.js';
import { compareTables } from './differences.js';
import { assertEmpty, deleteExisting, type Existing } from './existing.js';
import { Later } from './later.js';
import { type LoadedTable, loadTable } from './load-table.js';
import type { OnConflict } from './merge.js';
import { runAll } from './run.js';
import { findShifts, noShifts, type Shifts, shifted, withKeyThatStays } from './shift.js';
import { createTables, schemasOf, type Undoing } from './tables.js';

export interface Guard {
  /** Writes also to a database whose name does not say that it is for tests. */
  dangerouslyAllowAnyDatabase?: boolean;
  /** How HFIT_NOT_A_TEST_DATABASE names what allows it, where that is not the option above. */
  override?: string;
}

export interface LoadOptions extends Guard {
  /** Lets the triggers of users fire for the rows that are loaded; by default they do not. */
  fireTriggers?: boolean;
  /** What becomes of rows that are there already; by default others are added to them. */
  existing?: Existing;
  /** With `merge`: what becomes of a row of the same key; by default it is written over. */
  onConflict?: OnConflict;
  /** Moves whole-number keys behind those that are there, and what points to them. */
  shiftKeys?: boolean;
  /** Tables whose keys stay all the same, such as lookup tables. */
  keepKeys?: readonly string[];
  /** Called from time to time with how many rows of a table went out so far. */
  onProgress?: (progress: { table: string; rows: number }) => void;
}

export interface LoadReport {
  readonly tables: readonly LoadedTable[];
  readonly rows: number;
  readonly seconds: number;
  /** Columns of the target whose types are not those of the source. */
  readonly differences?: readonly string[];
  /** By how much keys were moved, by table; absent where none was. */
  readonly shifted?: Readonly<Record<string, Readonly<Record<string, string>>>>;
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
  const undoing: Undoing = { made: [], dropped: [] };
  try {
    if (dataset.dialect !== dialect.name) {
      throw new HfitError('HFIT_LOAD_DIALECT', { from: dataset.dialect, to: dialect.name });
    }
    await runAll(session, dialect.beginLoad);
    await createTables(driver, session, dataset, undoing);
    const schema = await dialect.introspect(session, schemasOf(dataset));
    const differences = compareTables(driver, schema, dataset);
    const targets = targetTables(driver, schema, dataset);
    const targetOf = (table: Table) => targets.get(qualified(table)) as Table;
    const written = dataset.tables.map(targetOf);
    // Those that were made for it go again when it fails.
    assertAtomic(
      dialect,
      written.filter((table) => !undoing.made.some((it) => sameTable(it, table))),
    );
    const { existing = 'add', onConflict = 'update' } = options;
    if (existing === 'refuse') await assertEmpty(driver, session, written);
    if (existing === 'replace') await deleteExisting(driver, session, written);
    const shifts = options.shiftKeys
      ? await findShifts(dialect, session, dataset, options.keepKeys ?? [])
      : noShifts;
    const { cyclic } = orderByForeignKeys(written);
    const stuck = (await dialect.undeferrable?.(session, cyclic)) ?? [];
    const references = cyclic.filter((it) => !stuck.includes(it));
    const later = new Later(stuck.filter((it) => breaks(it, dataset.tables)));
    const cycles = unserved(stuck, dataset.tables);
    await runAll(session, dialect.defer(references, existing === 'replace'));
    const muted = options.fireTriggers ? [] : await dialect.muteTriggers(session, written);
    await runAll(session, dialect.forFunctions ?? []);
    const tables: LoadedTable[] = [];
    for await (const part of dataset.rows()) {
      const target = targetOf(part.table);
      const onRows = (rows: number) => options.onProgress?.({ table: qualified(target), rows });
      const rows = later.without(shifted(part, shifts), target, dialect.bulk?.format);
      const merge = existing === 'merge' ? onConflict : null;
      const loading = loadTable(driver, session, target, rows, onRows, merge);
      tables.push(
        await loading.catch((error) => {
          const told = merge ? error : withKeyThatStays(error, dialect, target, shifts);
          throw withCycle(told, target, cycles, written);
        }),
      );
    }
    await later.write(driver, session);
    await settle(driver, session, references, written);
    await runAll(session, muted);
    // To drop a table, a dialect may have to put off all keys.
    const replaces = dataset.create.some(({ mode }) => mode === 'replace');
    if ((references.length > 0 || replaces) && !dialect.capabilities.checksDeferredKeys) {
      await assertNoOrphans(driver, session, [...written, ...pointing(schema, dataset)]);
    }
    await runAll(session, dialect.renumber(dataset.tables));
    if (dataset.sequences) await dialect.writeSequences(session, dataset.sequences);
    await session.run(dialect.commit);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const seconds = secondsSince(began);
    return {
      tables,
      rows,
      seconds,
      ...(differences.length > 0 && { differences }),
      ...told(shifts),
    };
  } catch (error) {
    const failure = guarded(driver, error);
    undone = await undo(dialect, session, undoing);
    throw failure;
  } finally {
    await session.release(!undone);
    if (!undone) await undoAnew(driver, undoing);
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

/** Other tables with keys to those that are replaced: their rows may have lost what they point to. */
function pointing({ tables }: Schema, { create, tables: loaded }: Dataset): Table[] {
  const replaced = create.filter(({ mode }) => mode === 'replace').map(({ table }) => table);
  return tables.filter(
    (table) =>
      !loaded.some((it) => sameTable(it, table)) &&
      table.foreignKeys.some(({ target }) => replaced.some((it) => sameTable(it, target))),
  );
}

/** Whether rows come before those that they point to, when the tables are written in their order. */
function breaks({ table, foreignKey }: Reference, tables: readonly Table[]): boolean {
  const place = (name: TableName) => tables.findIndex((it) => sameTable(it, name));
  return place(foreignKey.target) >= place(table);
}

/** Keys that were put off are checked; where one is broken, its rows are counted to tell. */
async function settle(
  driver: Driver,
  session: Session,
  references: readonly Reference[],
  tables: readonly Table[],
): Promise<void> {
  const statements = driver.dialect.settle(references);
  if (statements.length === 0) return;
  await session.run('SAVEPOINT hfit_settle');
  try {
    await runAll(session, statements);
  } catch (error) {
    if (driver.dialect.explain(error).end) throw error;
    await session.run('ROLLBACK TO SAVEPOINT hfit_settle');
    await assertNoOrphans(driver, session, tables);
    throw error;
  }
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
async function undo(
  dialect: Dialect,
  session: Session,
  { made, dropped }: Undoing,
): Promise<boolean> {
  try {
    await session.run(dialect.rollback);
    await runAll(session, dialect.drop(made));
    await runAll(session, dialect.createAbsent(dropped));
    return true;
  } catch {
    return false;
  }
}

/** The tables that a lost connection has left behind, empty, are dropped by a new one. */
async function undoAnew(driver: Driver, undoing: Undoing): Promise<void> {
  if (undoing.made.length + undoing.dropped.length === 0) return;
  try {
    const session = await driver.connect('write');
    await runAll(session, driver.dialect.beginLoad);
    await session.release(!(await undo(driver.dialect, session, undoing)));
  } catch {
    // The server is gone; the error that tells so is on its way.
  }
}

function told({ columns }: Shifts): Pick<LoadReport, 'shifted'> {
  const moved = [...columns].filter(([, of]) => of.size > 0);
  if (moved.length === 0) return {};
  const texts = moved.map(([table, of]) => {
    return [table, Object.fromEntries([...of].map(([name, by]) => [name, String(by)]))] as const;
  });
  return { shifted: Object.fromEntries(texts) };
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
