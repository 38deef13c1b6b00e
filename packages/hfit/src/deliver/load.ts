import type { Database, Dataset, LoadOptions, LoadReport } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Context, Result } from '../command.js';
import { guardOf } from '../guard.js';
import { printable } from '../output/printable.js';
import type { Progress } from '../output/progress.js';
import { counted, table } from '../output/table.js';
import { warn } from './deliver.js';
import { interruptibleDataset } from './interruptible.js';
import type { Origin } from './origin.js';

/** Loads a package into a database, in one transaction. */
export async function loadInto(
  context: Context,
  origin: Pick<Origin, 'sources' | 'dataset'>,
  url: string,
  anyDatabase: boolean,
  progress: Progress,
  how: LoadOptions = {},
): Promise<Result> {
  const { carry, openDatabase } = await import('@hot-fixture/database');
  const database = await openDatabase(url);
  try {
    // Nothing is asked of production for a target that would refuse it.
    const allowed = guardOf(anyDatabase);
    database.assertTestDatabase(allowed);
    await assertNoSource(database, origin, ['']);
    await database.load(nothing(database), allowed);
    const made = await origin.dataset((rows) =>
      progress.report(() => `${counted(rows, 'row')} found`),
    );
    const { dataset, notes } = await carry(made.dataset, database);
    const tables = [...dataset.tables, ...dataset.create.map((it) => it.table)];
    await assertNoSource(database, origin, [...new Set(tables.map(({ schema }) => schema))]);
    warn(context, made.warnings, progress);
    const stoppable = interruptibleDataset(dataset, context.signal);
    const rows = new Map<string, number>();
    const total = () => [...rows.values()].reduce((sum, count) => sum + count, 0);
    const report = await database.load(stoppable, {
      ...how,
      ...allowed,
      onProgress(at) {
        rows.set(at.table, at.rows);
        progress.report(() => `${counted(total(), 'row')}, now ${printable(at.table)}`);
      },
    });
    progress.end(() => counted(report.rows, 'row'));
    const late = made.late?.() ?? [];
    warn(context, late, progress);
    const warnings = [...made.warnings, ...late];
    const name = database.location;
    return {
      text: [
        ...tableOf(report),
        ...notesOf(report),
        ...(notes.length > 0
          ? ['', 'Not carried as it was:', ...notes.map((it) => printable(it))]
          : []),
        '',
        `${counted(report.rows, 'row')} of ${counted(report.tables.length, 'table')} in ${printable(name)}, ${report.seconds.toFixed(1)} seconds`,
      ].join('\n'),
      document: { database: name, ...report, notCarried: notes, warnings },
    };
  } finally {
    await database.close();
  }
}

/** What was done, table by table. */
function tableOf({ tables }: LoadReport): string[] {
  const seconds = (each: LoadReport['tables'][number]) => each.seconds.toFixed(2);
  if (!tables.some(({ merged }) => merged)) {
    const rows = tables.map((each) => [each.table, each.rows, seconds(each)]);
    return [table(['table', 'rows', 'seconds'], rows)];
  }
  const rows = tables.map((each) => {
    const { inserted, updated, kept } = each.merged ?? { inserted: each.rows, updated: 0, kept: 0 };
    return [each.table, inserted, updated, kept, seconds(each)];
  });
  return [table(['table', 'new', 'updated', 'as it was', 'seconds'], rows)];
}

function notesOf({ shifted = {}, differences = [] }: LoadReport): string[] {
  const moved = Object.entries(shifted).flatMap(([name, columns]) =>
    Object.entries(columns).map(([column, by]) => `${name}.${column} was moved by ${by}`),
  );
  return [...moved, ...differences].map((line) => printable(line));
}

/** A load may drop what it is about to read. */
async function assertNoSource(
  database: Database,
  { sources = [] }: Pick<Origin, 'sources'>,
  schemas: readonly string[],
): Promise<void> {
  for (const source of sources) {
    if (!(await database.sharesTables(source, schemas))) continue;
    const { name, location } = database;
    throw new HfitError('HFIT_INTO_SOURCE', { database: name }, { where: location });
  }
}

/** A dataset without tables: to load it shows whether the database takes one at all. */
function nothing(database: Database): Dataset {
  return {
    dialect: database.dialect.name,
    schemas: [],
    create: [],
    tables: [],
    async *rows() {},
  };
}
