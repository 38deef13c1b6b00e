import {
  type Column,
  compileFilter,
  type Dataset,
  orderByForeignKeys,
  qualified,
  type Row,
  type RowBytes,
  sameTable,
  type Table,
  type Variables,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { FileDecision, MaskingKey, Policy } from '@hot-fixture/masking';
import {
  assertMayFilter,
  bindMasks,
  type ClassifiedTable,
  definedAs,
  misspelt,
  orderIsKept,
  warningsOf,
} from './classify.js';
import { checkBytes, weighing } from './closure/bytes.js';
import type { Meter } from './closure/meter.js';
import { Closures, type SharedClosure } from './closure/shared.js';
import { assertDeclaredKept, tablesOf, wantedOf } from './closure/wanted.js';
import { withTargets } from './dataset.js';
import { decideFile } from './files.js';
import { placed } from './placed.js';
import { countOfRows, type OpenSources, type Source, tableOf } from './source.js';
import type { Export, SubsetExport, Template } from './template/model.js';
import { pathOf } from './volume.js';

/** Rows of one table that an export carries. */
export interface PlannedTable {
  readonly classified: ClassifiedTable;
  /** The order of the rows may be told. */
  readonly keepsOrder: boolean;
  /** How many there are; of a subset, once it is collected. */
  count(isAbout?: boolean): Promise<number>;
  /** Unmasked rows of the columns that leave. */
  read(columns: readonly Column[]): AsyncIterable<Row[]>;
  /** The same as bytes, where these are all rows of the table as it spells them. */
  bytes?(columns: readonly Column[], onRows: (rows: number) => void): RowBytes | undefined;
}

/** A file that an export carries, and how. */
export interface PlannedFile {
  readonly volume: string;
  readonly folder: string;
  readonly path: string;
  readonly decision: FileDecision;
}

/** An export whose tables, columns and files are known. */
export interface PlannedExport {
  readonly name: string;
  readonly where: string;
  readonly source: Source | null;
  readonly schemas: readonly string[];
  readonly create: Dataset['create'];
  /** A table of the source as it is made elsewhere. */
  define(table: Table): Table;
  readonly tables: readonly PlannedTable[];
  /** Its rows are those that no subset before it has brought. */
  readonly isSubset: boolean;
  readonly file: PlannedFile | null;
  /** Finds the rows of a subset; called once, before any table is read. */
  open(): Promise<void>;
}

export interface Plan {
  readonly exports: readonly PlannedExport[];
  readonly warnings: readonly string[];
  /** What the subsets bring, and why. */
  readonly closures: Closures;
  /** Finds the rows of the subsets, and counts the others where they count; once. */
  collect(): Promise<void>;
  /** Ends what the closures hold. */
  close(): void;
}

/**
 * Finds every table, column and file of the exports, and asks the policy about each, before a row
 * is read.
 */
export async function plan(
  template: Template,
  variables: Variables,
  sources: OpenSources,
  policy: Policy,
  key: MaskingKey,
  signal: AbortSignal | undefined,
  meter: Meter,
): Promise<Plan> {
  const exports: PlannedExport[] = [];
  const counts: (() => Promise<void>)[] = [];
  const closures = new Closures(policy, meter, key, signal);
  const collect = () =>
    closures.collect(async () => {
      for (const count of counts) await count();
      await checkBytes(exports, closures.meter);
    });
  const run: Run = { variables, sources, policy, closures, counts, collect };
  // Whether all subsets can do without a reference has to be known before one is planned.
  for (const it of template.exports) {
    if (it.type !== 'subset') continue;
    signal?.throwIfAborted();
    closures.of(await sources.database(it.source, it.where)).allowNulls(it);
  }
  for (const it of template.exports) {
    signal?.throwIfAborted();
    exports.push(await planExport(it, run));
  }
  const tables = [...new Set(exports.flatMap((it) => it.tables.map((one) => one.classified)))];
  for (const it of exports) assertTargetsSeen(it);
  bindMasks(tables, policy, key);
  assertDeclaredKept(closures.all, tables);
  const sourcesOf = new Set(exports.flatMap(({ source }) => source ?? []));
  const warnings = new Set([
    ...[...sourcesOf].flatMap((source) => misspelt(source, policy)),
    ...tables.flatMap((it) => warningsOf(it, policy)),
  ]);
  const weighed = exports.map((it) => ({
    ...it,
    tables: it.tables.map((table) => weighing(table, closures.meter)),
  }));
  const close = () => closures.close();
  return { exports: weighed, warnings: [...warnings], closures, collect, close };
}

/** What the exports of one run share. */
interface Run {
  readonly variables: Variables;
  readonly sources: OpenSources;
  readonly policy: Policy;
  readonly closures: Closures;
  /** What counts the rows of exports that are no subsets. */
  readonly counts: (() => Promise<void>)[];
  readonly collect: () => Promise<void>;
}

/**
 * Refuses what cannot be made or loaded without a table that is not there for who asks: tables whose
 * definition points to it, and rows that do. Rows without the columns that the policy denies may come.
 * @throws HFIT_TARGET_UNKNOWN
 */
function assertTargetsSeen({ source, create, tables, where }: PlannedExport): void {
  if (!source || source.hidden.length === 0) return;
  const isHidden = (name: Pick<Table, 'schema' | 'name'>) =>
    source.hidden.some((it) => sameTable(it, name));
  const check = (table: Table, leaves: (column: string) => boolean) => {
    const key = table.foreignKeys.find((it) => isHidden(it.target) && it.columns.every(leaves));
    if (!key) return;
    const values = { table: qualified(table), columns: key.columns.join(', ') };
    throw new HfitError('HFIT_TARGET_UNKNOWN', values, { where });
  };
  for (const { table } of withTargets(create, source.schema.tables)) check(table, () => true);
  for (const { classified } of tables) {
    check(classified.table, (name) => classified.decisions.get(name)?.kind !== 'deny');
  }
}

const nothing = {
  source: null,
  schemas: [],
  create: [],
  define: (table: Table) => table,
  tables: [],
  isSubset: false,
  file: null,
  open: async () => {},
};

async function planExport(it: Export, run: Run): Promise<PlannedExport> {
  const { variables, sources, policy, closures } = run;
  const base = { ...nothing, name: it.name, where: it.where };
  if (it.type === 'file') {
    const { name, folder } = sources.volume(it.volume, it.where);
    const path = pathOf(it.path, variables);
    const decision = decideFile(policy, name, path, it.where);
    return { ...base, file: { volume: name, folder, path, decision } };
  }
  const source = await sources.database(it.source, it.where);
  const closure = closures.of(source);
  const define = (table: Table) => definedAs(closure.classified(table));
  if (it.type === 'dbcreate') return { ...base, source, define, schemas: it.schemas };
  if (it.type === 'table-create') {
    const tables = it.tables.flatMap((name) => tablesNamed(source, name, it.where));
    return { ...base, source, define, create: tables.map((table) => ({ table, mode: it.mode })) };
  }
  if (it.type === 'subset') return planSubset({ ...base, source, define }, closure, it, run);
  const table = tableOf(source, it.table, it.where);
  const classified = closure.classified(table);
  placed(`${it.where}, export ${it.name}`, () => {
    assertMayFilter(classified, it.filter);
    // The rows come later; a value that cannot be compared is told before them.
    compileFilter(source.database.dialect, table, it.filter, variables);
  });
  const inKeyOrder = orderIsKept(classified);
  const keepsOrder = inKeyOrder || it.filter.orderBy.length > 0;
  const { filter } = it;
  const isWhole = filter.where === null && filter.orderBy.length === 0 && filter.limit === null;
  const { snapshot } = source;
  const bytes = (columns: readonly Column[], onRows: (rows: number) => void) =>
    classified.spelling.size > 0 ? undefined : snapshot.tableRows(table, columns, onRows).bytes;
  const read = (columns: readonly Column[]) => {
    const { spelling } = classified;
    return snapshot.rows({ table, columns, filter, variables, inKeyOrder, spelling });
  };
  const { meter } = closures;
  const count = (isAbout = false) => countOfRows(snapshot, table, filter, variables, isAbout);
  if (meter.budget.maxRows !== null) {
    run.counts.push(async () => meter.count(`${qualified(table)}: ${it.name}`, await count()));
  }
  const asBytes = isWhole && inKeyOrder ? { bytes } : {};
  const tables = [{ classified, keepsOrder, read, count, ...asBytes }];
  return { ...base, source, define, tables, open: run.collect };
}

function planSubset(
  base: Omit<typeof nothing, 'source'> & Pick<PlannedExport, 'name' | 'where' | 'source'>,
  shared: SharedClosure,
  subset: SubsetExport & { readonly name: string; readonly where: string },
  { variables, collect }: Run,
): PlannedExport {
  const wanted = wantedOf(shared, subset, variables);
  const { tables } = orderByForeignKeys(tablesOf(shared, wanted));
  const from = new Map<Table, number>();
  const to = new Map<Table, number>();
  const note = (counts: Map<Table, number>) => () => {
    for (const table of tables) counts.set(table, shared.closure.count(table));
  };
  const { name, where, allowEmpty, create } = subset;
  shared.add({ name, where, allowEmpty, wanted, tables, begin: note(from), end: note(to) });
  return {
    ...base,
    create: create ? tables.map((table) => ({ table, mode: create })) : [],
    isSubset: true,
    tables: tables.map((table) => {
      const it = shared.classified(table);
      return {
        classified: it,
        keepsOrder: orderIsKept(it),
        count: async () => (to.get(table) ?? 0) - (from.get(table) ?? 0),
        read: (columns) => {
          const [first, end] = [from.get(table) as number, to.get(table) as number];
          return shared.closure.rows(table, columns, first, end, it.spelling);
        },
      };
    }),
    open: collect,
  };
}

/** A table, or all tables of a schema. */
function tablesNamed(source: Source, name: string, where: string): Table[] {
  const { schema } = source;
  const inSchema = schema.tables.filter((table) => {
    const isDefault = name === schema.database && table.schema === schema.defaultSchema;
    return (table.schema !== '' && table.schema === name) || isDefault;
  });
  const isTable = schema.tables.some((table) => qualified(table) === name || table.name === name);
  return inSchema.length > 0 && !isTable ? inSchema : [tableOf(source, name, where)];
}
