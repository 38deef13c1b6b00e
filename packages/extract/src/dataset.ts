import {
  type Column,
  type Dataset,
  orderByForeignKeys,
  qualified,
  type Row,
  sameTable,
  type Table,
  type TableRows,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type ClassifiedTable, keyNames, maskRow } from './classify.js';
import { looseReferences, withoutDeclared } from './closure/declared.js';
import type { MaskPool } from './mask-pool.js';
import { maskedBytes } from './masked-bytes.js';
import type { PlannedExport, PlannedTable } from './plan.js';
import type { Source } from './source.js';

/** Sees rows as they were, before they are masked. */
export type Watch = (table: ClassifiedTable, rows: readonly Row[]) => void;

/** What several exports carry, as one dataset in the order of the foreign keys. */
export function datasetOf(
  exports: readonly PlannedExport[],
  onRows: (table: string, rows: number) => void,
  watch?: Watch,
  pool?: MaskPool,
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
  const told = (table: Table) => withoutDeclared((withSource[0] as PlannedExport).define(table));
  return {
    dialect: source.schema.dialect,
    schemas: withSource.flatMap((it) => it.schemas),
    create: withTargets(createdOnce(withSource), source.schema.tables).map(({ table, mode }) => ({
      table: told(table),
      mode,
    })),
    // They go into the head of the lines: no default may tell what is hidden there either.
    tables: tables.map(told),
    references: looseReferences(source, tables),
    async *rows() {
      for (const it of withSource) await it.open();
      for (const table of tables) {
        yield rowsOf(planned.get(table) as PlannedTable[], onRows, watch, pool);
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
export function createdOnce(exports: readonly PlannedExport[]): Dataset['create'] {
  const found: Dataset['create'][number][] = [];
  for (const entry of exports.flatMap((it) => it.create)) {
    if (!found.some(({ table }) => sameTable(table, entry.table))) found.push(entry);
  }
  return found;
}

/**
 * Adds the tables that others cannot be made without: those that a foreign key points to, though no
 * row of them is needed. They are made where they are absent.
 */
export function withTargets(
  create: Dataset['create'],
  tables: readonly Table[],
): Dataset['create'] {
  const made = [...create];
  for (const { table } of made) {
    const needed = [...table.foreignKeys.map(({ target }) => target), ...(table.inherits ?? [])];
    for (const name of needed) {
      if (made.some((it) => sameTable(it.table, name))) continue;
      const found = tables.find((it) => sameTable(it, name));
      if (found) made.push({ table: found, mode: 'absent' });
    }
  }
  return made;
}

/** The rows of one table, from each export that has some of them. */
function rowsOf(
  planned: readonly PlannedTable[],
  onRows: (table: string, rows: number) => void,
  watch: Watch | undefined,
  pool: MaskPool | undefined,
): TableRows {
  const { table, columns, masks } = (planned[0] as PlannedTable).classified;
  const isMasked = masks.some((mask) => mask !== null);
  async function* batches(): AsyncGenerator<Row[]> {
    for (const { classified, read, keepsOrder } of planned) {
      for await (const batch of read(columns)) {
        watch?.(classified, batch);
        onRows(qualified(table), batch.length);
        const rows = isMasked ? batch.map((row) => maskRow(masks, row)) : batch;
        yield keepsOrder ? rows : rows.sort(byKey(table, columns));
      }
    }
  }
  // Of several exports, each may have a part of the rows only.
  const [one] = planned.length === 1 ? planned : [];
  const unmasked = one?.bytes?.(columns, (rows) => onRows(qualified(table), rows));
  const bytes = unmasked && isMasked ? maskedBytes(one as PlannedTable, unmasked, pool) : unmasked;
  const plain = withoutDeclared(table);
  return { table: plain, columns, batches: batches(), ...(bytes && { bytes }) };
}

/** Puts rows in the order of what leaves of their key, and then of all that leaves. */
function byKey(table: Table, columns: readonly Column[]): (a: Row, b: Row) => number {
  const key = keyNames(table).map((name) => columns.findIndex((it) => it.name === name));
  const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  const text = (row: Row) => key.map((at) => String(row[at] ?? '')).join('\0');
  // Where the key itself does not leave, or its masks are alike.
  return (a, b) => compare(text(a), text(b)) || compare(a.join('\0'), b.join('\0'));
}
