import {
  type Column,
  compileFilter,
  type Database,
  type Filter,
  findColumn,
  type Row,
  type Schema,
  type Snapshot,
  type Table,
} from '@hot-fixture/database';
import type { MaskingKey, Policy } from '@hot-fixture/masking';
import {
  assertMayFilter,
  type ClassifiedTable,
  classify,
  definedAs,
  maskAlike,
  orderIsKept,
} from './classify.js';
import { datasetOf } from './dataset.js';

/** A table to look into, and what decides what of it may be seen. */
export interface RowsRequest {
  /** The source, as the policy names it. */
  readonly source: string;
  readonly database: Database;
  readonly snapshot: Snapshot;
  readonly schema: Schema;
  readonly table: Table;
  readonly policy: Policy;
  readonly maskingKey: MaskingKey;
}

/** Rows of one table as a package would carry them, one table alone. */
export interface MaskedRows {
  /** Those that leave, in the order of the table. */
  readonly columns: readonly Column[];
  /** The columns of a key whose order may be told, and goes on from any row; null without one. */
  readonly key: readonly string[] | null;
  /** The column, where it may be seen as it is and rows can go on after any value of it. */
  ordering(column: string): Column | null;
  /**
   * Refuses a filter that looks at what may not be seen, or at values that do not fit.
   * @throws HFIT_POLICY_FILTER, HFIT_COLUMN_UNKNOWN, HFIT_FILTER_TYPE, HFIT_FILTER_VARIABLE
   */
  check(filter: Filter): void;
  /** Batches of masked rows. @throws what `check` throws, HFIT_MASKER_VALUE, HFIT_DATABASE_… */
  read(filter: Filter): AsyncGenerator<readonly Row[]>;
  /** @throws what `check` throws, HFIT_DATABASE_… */
  count(filter: Filter): Promise<number>;
}

/**
 * Looks into one table: its columns are classified and masked as in any package. What the policy
 * denies is left out; unlike in a package, nothing has to be loadable without it.
 * @throws HFIT_POLICY_…, HFIT_MASKER_UNFIT
 */
export function maskedRows(request: RowsRequest): MaskedRows {
  const { source: name, database, snapshot, schema, table, policy, maskingKey } = request;
  const source = { name, database, snapshot, schema, relations: [], hidden: [] };
  const classified = classify(source, table, policy);
  maskAlike([classified], maskingKey);
  const { columns, spelling } = classified;
  const check = (filter: Filter) => {
    assertMayFilter(classified, filter);
    compileFilter(database.dialect, table, filter, {});
  };
  const inKeyOrder = orderIsKept(classified);
  return {
    columns,
    key: keyOf(classified),
    ordering: (name) => (goesOn(classified, name) ? findColumn(table, name) : null),
    check,
    async *read(filter) {
      check(filter);
      const read = () =>
        snapshot.rows({ table, columns, filter, variables: {}, inKeyOrder, spelling });
      const planned = {
        ...{ name: table.name, where: `table ${table.name}`, source, file: null },
        ...{ schemas: [], create: [], isSubset: false, open: async () => {} },
        define: () => definedAs(classified),
        tables: [
          {
            classified,
            keepsOrder: inKeyOrder || filter.orderBy.length > 0,
            read,
            count: () => snapshot.count(table, filter, {}),
          },
        ],
      };
      const { rows } = datasetOf([planned], () => {});
      for await (const { batches } of rows()) yield* batches;
    },
    count(filter) {
      check(filter);
      return snapshot.count(table, filter, {});
    },
  };
}

/** Compared by one rule and put in order by another: rows could be passed over. */
const unordered = new Set<Column['kind']>(['enum', 'json', 'array', 'other']);

function goesOn({ table, columns, decisions }: ClassifiedTable, name: string): boolean {
  const column = findColumn(table, name);
  const isSeen = columns.includes(column) && decisions.get(column.name)?.kind === 'keep';
  return isSeen && !unordered.has(column.kind);
}

/** The first key that tells rows apart, has no null in it and may be seen. */
function keyOf(classified: ClassifiedTable): readonly string[] | null {
  const { primaryKey, uniques } = classified.table;
  const keys = primaryKey ? [primaryKey, ...uniques] : uniques;
  const isFit = (name: string) =>
    !findColumn(classified.table, name).nullable && goesOn(classified, name);
  return keys.find((key) => key.columns.every(isFit))?.columns ?? null;
}
