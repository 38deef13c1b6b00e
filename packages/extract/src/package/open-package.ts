import {
  type Column,
  type Dataset,
  findColumn,
  orderByForeignKeys,
  qualified,
  sameTable,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { withoutDeclared } from '../closure/declared.js';
import type { ArchiveLimits } from './archive.js';
import type { Manifest, PackagedExport, PackagedRows } from './manifest.js';
import { readRows } from './row-file.js';
import { assertTrusted, assertUnchanged, type Trust } from './trust.js';
import { unpack } from './unpack.js';
import { type VolumeFile, volumeFilesOf } from './volume-files.js';

/** A package whose signature and digests are right, unpacked. Close it when done. */
export interface OpenPackage {
  readonly manifest: Manifest;
  /** Who vouches for it, in words. */
  readonly vouched: string;
  /**
   * Its rows of one database, as `Database.load` takes them; its tables are made where they are
   * absent. It can be read more than once.
   * @param from the name of the source, where the package is of more than one
   * @throws HFIT_PACKAGE_DATABASES, HFIT_PACKAGE_NO_ROWS, HFIT_TEMPLATE_TABLE_TWICE
   */
  dataset(from?: string): Dataset;
  /** The names of the databases that it has rows of. */
  readonly sources: readonly string[];
  /**
   * Its files of volumes; they are gone when it is closed.
   * @throws HFIT_PACKAGE_FORMAT, HFIT_FILE_PATH
   */
  volumeFiles(): VolumeFile[];
  close(): Promise<void>;
}

/**
 * Unpacks a package into a temporary folder and makes sure of it before anybody loads it.
 * @throws HFIT_PACKAGE_…
 */
export async function openPackage(
  source: AsyncIterable<Uint8Array>,
  trust: Trust & { readonly limits?: ArchiveLimits },
): Promise<OpenPackage> {
  const unpacked = await unpack(source, trust.limits);
  try {
    const vouched = assertTrusted(unpacked, trust);
    assertUnchanged(unpacked);
    const { folder, manifest, exports, close } = unpacked;
    return {
      ...{ manifest, vouched, close },
      sources: [...new Set(exports.map(({ source }) => source))],
      dataset: (from) => datasetOf(folder, exports, from),
      volumeFiles: () => volumeFilesOf(folder, manifest),
    };
  } catch (error) {
    await unpacked.close();
    throw error;
  }
}

interface Part {
  readonly of: PackagedExport;
  readonly table: Table;
  readonly rows: PackagedRows;
}

function datasetOf(
  folder: string,
  all: readonly PackagedExport[],
  from: string | undefined,
): Dataset {
  const exports = exportsOf(all, from);
  const parts = exports.flatMap((of) =>
    of.rows.map((rows) => ({ of, table: of.tables[rows.table] as Table, rows })),
  );
  const partsOf = (table: Table) => parts.filter((part) => sameTable(part.table, table));
  const tables = orderByForeignKeys(once(parts.map(({ table }) => table))).tables;
  for (const table of tables) assertOnce(partsOf(table));
  const columnsOf = (table: Table) => columnsOfPart(partsOf(table)[0] as Part);
  const asked = exports.flatMap(({ create }) => create);
  const absent = [...tables, ...exports.flatMap(({ targets }) => targets)]
    .filter((table) => !asked.some((it) => sameTable(it.table, table)))
    .map((table) => ({ table, mode: 'absent' as const }));
  const create = [...asked, ...absent].map(({ table, mode }) => {
    return { table: withoutDeclared(table), mode };
  });
  return {
    dialect: (exports[0] as PackagedExport).dialect,
    schemas: [...new Set(exports.flatMap(({ schemas }) => schemas))],
    create: create.filter(({ table }, i) => {
      return create.findIndex((it) => sameTable(it.table, table)) === i;
    }),
    tables,
    references: exports.flatMap(({ references = [] }) => references),
    columnsOf,
    async *rows() {
      for (const table of tables) {
        yield { table, columns: columnsOf(table), batches: batches(table) };
      }
    },
  };

  async function* batches(table: Table) {
    for (const { rows } of partsOf(table)) yield* readRows(folder, rows);
  }
}

function exportsOf(all: readonly PackagedExport[], from: string | undefined): PackagedExport[] {
  const sources = [...new Set(all.map(({ source }) => source))];
  const known = sources.join(', ') || 'files alone';
  if (from === undefined && sources.length > 1) {
    throw new HfitError('HFIT_PACKAGE_DATABASES', { databases: known });
  }
  const exports = all.filter(({ source }) => source === (from ?? source));
  if (exports.length > 0) return exports;
  throw new HfitError('HFIT_PACKAGE_NO_ROWS', { what: from ?? 'a database', known });
}

function columnsOfPart({ table, rows }: Part): readonly Column[] {
  return rows.columns.map((name) => findColumn(table, name));
}

/** Only subsets tell their rows apart; others may carry a row twice. */
function assertOnce(parts: readonly Part[]): void {
  const [first, second] = parts;
  if (!first || !second || parts.every(({ of }) => of.isSubset)) return;
  const values = { table: qualified(first.table), first: first.of.name, second: second.of.name };
  throw new HfitError('HFIT_TEMPLATE_TABLE_TWICE', values);
}

function once(tables: readonly Table[]): Table[] {
  return tables.filter((table, i) => tables.findIndex((it) => sameTable(it, table)) === i);
}
