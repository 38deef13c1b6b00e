import {
  type Dataset,
  dialectNamed,
  qualified,
  sameTable,
  script,
  type Table,
} from '@hot-fixture/database';
import { type Decision, leavingsOf, type MaskerChoice } from '@hot-fixture/masking';
import { looseReferences } from '../closure/declared.js';
import { datasetOf, type Watch, withTargets } from '../dataset.js';
import type { PlannedExport } from '../plan.js';
import { HashedFile } from './hashed-file.js';
import type { PackagedExport, PackagedFile, PackagedRows } from './manifest.js';
import { linesOf } from './row-file.js';

export interface WrittenExport {
  readonly files: readonly PackagedFile[];
  readonly packaged: PackagedExport;
}

/**
 * Writes an export of a database below a folder twice, while it is read once: as a script for the
 * client program of its dialect, and as rows that any loader takes.
 * @param number of the export, for the names of its files
 * @param onTable told when all rows of a table have gone by
 */
export async function writeExport(
  folder: string,
  number: number,
  it: PlannedExport,
  onRows: (table: string, rows: number) => void,
  onTable: () => void,
  watch: Watch,
): Promise<WrittenExport> {
  const dataset = datasetOf([it], onRows, watch);
  const files: PackagedFile[] = [];
  const rows: PackagedRows[] = [];
  const text = script(dialectNamed(dataset.dialect), teed(dataset));
  files.push(await HashedFile.of(folder, it.name, text));
  // With the references that the template declares: they hold in the slice like any other.
  const known = dataset.tables.map(
    (table) =>
      it.tables.find((one) => sameTable(one.classified.table, table))?.classified.table ?? table,
  );
  const named = known.map((table) => ({ table, mode: 'absent' as const }));
  const source = it.source as NonNullable<PlannedExport['source']>;
  const { schema, name } = source;
  const made = new Set([...known, ...dataset.create].map((one) => nameOf(one)));
  const needed = withTargets(named, schema.tables).map(({ table }) => table);
  const packaged = {
    name: it.name,
    source: name,
    dialect: dataset.dialect,
    isSubset: it.isSubset,
    schemas: dataset.schemas,
    create: dataset.create,
    // What a definition tells of values that do not leave is not in these.
    tables: known.map(it.define),
    targets: needed.filter((table) => !made.has(qualified(table))).map(it.define),
    // Another export may have the rows that they point to.
    references: looseReferences(source, source.schema.tables),
    rows,
  };
  return { files, packaged };

  /** The same dataset; what is read of it is written to files of rows, too. */
  function teed(of: Dataset): Dataset {
    return { ...of, rows: () => tables(of) };
  }

  async function* tables(of: Dataset) {
    for await (const part of of.rows()) {
      const place = of.tables.findIndex((table) => sameTable(table, part.table));
      const path = `METADATA/rows/${number}.${place + 1}.ndjson`;
      const file = await HashedFile.begin(folder, path);
      let count = 0;
      async function* batches() {
        try {
          for await (const batch of part.batches) {
            await file.write(linesOf(batch));
            count += batch.length;
            yield batch;
          }
        } catch (error) {
          await file.abandon();
          throw error;
        }
        files.push(await file.end());
        const columns = part.columns.map(({ name }) => name);
        const decided = columns.map((name) => [name, decisionOf(it, part.table, name)] as const);
        const kept = decided.flatMap(([name, one]) => (one?.kind === 'keep' ? [name] : []));
        const partly = Object.fromEntries(decided.flatMap(([name, one]) => partOf(name, one)));
        rows.push({ table: place, columns, kept, partly, file: path, rows: count });
      }
      yield { table: part.table, columns: part.columns, batches: batches() };
      onTable();
    }
  }
}

function nameOf(it: Table | { readonly table: Table }): string {
  return qualified('table' in it ? it.table : it);
}

function decisionOf(it: PlannedExport, table: Table, column: string): Decision | undefined {
  const found = it.tables.find(({ classified }) => sameTable(classified.table, table));
  return found?.classified.decisions.get(column);
}

function partOf(name: string, decision: Decision | undefined): [string, MaskerChoice][] {
  if (decision?.kind !== 'mask' || !leavingsOf(decision)) return [];
  const { masker, options } = decision;
  return [[name, { masker, options }]];
}
