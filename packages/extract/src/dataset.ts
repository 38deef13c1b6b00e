import {
  type Dataset,
  orderByForeignKeys,
  qualified,
  type Row,
  sameTable,
  type Table,
  type TableRows,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { maskRow } from './classify.js';
import type { PlannedExport, PlannedTable } from './plan.js';
import type { Source } from './source.js';

/** What several exports carry, as one dataset in the order of the foreign keys. */
export function datasetOf(
  exports: readonly PlannedExport[],
  onRows: (table: string, rows: number) => void,
): Dataset {
  const withSource = exports.filter((it) => it.source !== null);
  const sources = new Set(withSource.map((it) => it.source as Source));
  const [source] = sources;
  if (!source) throw new HfitError('HFIT_TEMPLATE_NO_DATABASE', {});
  if (sources.size > 1) {
    const databases = [...sources].map(({ name }) => name).join(', ');
    throw new HfitError('HFIT_TEMPLATE_DATABASES', { databases });
  }
  const planned = plannedByTable(withSource);
  const { tables } = orderByForeignKeys([...planned.keys()]);
  return {
    dialect: source.schema.dialect,
    schemas: withSource.flatMap((it) => it.schemas),
    create: createdOnce(withSource),
    tables,
    async *rows() {
      for (const it of withSource) await it.open();
      for (const table of tables) {
        yield rowsOf(planned.get(table) as PlannedTable[], onRows);
      }
    },
  };
}

/** Only subsets may share a table: their rows are told apart. */
function plannedByTable(exports: readonly PlannedExport[]): Map<Table, PlannedTable[]> {
  const planned = new Map<Table, PlannedTable[]>();
  const first = new Map<Table, PlannedExport>();
  for (const of of exports) {
    for (const it of of.tables) {
      const { table } = it.classified;
      const before = first.get(table);
      if (before && !(before.isSubset && of.isSubset)) {
        const values = { table: qualified(table), first: before.name, second: of.name };
        throw new HfitError('HFIT_TEMPLATE_TABLE_TWICE', values, { where: of.where });
      }
      first.set(table, before ?? of);
      planned.set(table, [...(planned.get(table) ?? []), it]);
    }
  }
  return planned;
}

/** A table that several exports make is made once, in the way that the first of them says. */
function createdOnce(exports: readonly PlannedExport[]): Dataset['create'] {
  const found: Dataset['create'][number][] = [];
  for (const entry of exports.flatMap((it) => it.create)) {
    if (!found.some(({ table }) => sameTable(table, entry.table))) found.push(entry);
  }
  return found;
}

/** The rows of one table, from each export that has some of them. */
function rowsOf(
  planned: readonly PlannedTable[],
  onRows: (table: string, rows: number) => void,
): TableRows {
  const { table, columns, masks } = (planned[0] as PlannedTable).classified;
  const isMasked = masks.some((mask) => mask !== null);
  async function* batches(): AsyncGenerator<Row[]> {
    for (const { read } of planned) {
      for await (const batch of read(columns)) {
        onRows(qualified(table), batch.length);
        yield isMasked ? batch.map((row) => maskRow(masks, row)) : batch;
      }
    }
  }
  return { table, columns, batches: batches() };
}
