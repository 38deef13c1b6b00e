import {
  type Column,
  type Filter,
  qualified,
  type Snapshot,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { factsOf } from '@hot-fixture/extract';
import {
  bindMasker,
  type ColumnClassification,
  type ColumnFacts,
  classifyColumn,
  type Decision,
  leavingsOf,
  type MaskDecision,
  type MaskingKey,
  newMaskingKey,
  parseMaskingKey,
} from '@hot-fixture/masking';

/** What was seen of a table. No value of it is in here. */
export interface SeenTable {
  readonly table: Table;
  /** How many rows were looked at. */
  readonly rows: number;
  /** By the names of the columns; generated columns are computed anew, and are not among them. */
  readonly columns: ReadonlyMap<string, ColumnClassification>;
  /** What a masker leaves of the values, of the columns where one leaves something. */
  readonly left: ReadonlyMap<string, ColumnClassification>;
}

/** What becomes of a column; null where nobody asks. */
export type Decide = (table: Table, column: Column) => Decision | null;

/**
 * Looks at some rows of each table: the first and the last by its key. Bytes are not read.
 * @param rows how many at most of one table
 * @throws HFIT_DATABASE_LOST, HFIT_DATABASE_QUERY
 */
export async function* lookAtTables(
  snapshot: Snapshot,
  tables: readonly Table[],
  rows: number,
  decide: Decide = () => null,
): AsyncGenerator<SeenTable> {
  const key = parseMaskingKey(newMaskingKey());
  for (const table of tables) {
    const read = table.columns.filter(({ kind, generated }) => kind !== 'binary' && !generated);
    const seen = await rowsOf(snapshot, table, read, rows);
    const columns = new Map<string, ColumnClassification>();
    const left = new Map<string, ColumnClassification>();
    for (const column of table.columns) {
      if (column.generated) continue;
      const at = read.indexOf(column);
      const samples: Value[] = at === -1 ? [] : seen.map((row) => row[at] ?? null);
      const { name, type } = column;
      const facts = factsOf(table, column);
      columns.set(name, classifyColumn({ name, table: table.name, type, samples, facts }));
      const parts = leftOf(decide(table, column), samples, facts, key);
      // Its name speaks of what is masked.
      const plain = { name: 'value', table: '', type: 'text' };
      if (parts) left.set(name, classifyColumn({ ...plain, samples: parts }));
    }
    yield { table, rows: seen.length, columns, left };
  }
}

/** What stays of values when they are masked; null where the masker leaves nothing. */
function leftOf(
  decision: Decision | null,
  samples: readonly Value[],
  facts: ColumnFacts,
  key: MaskingKey,
): Value[] | null {
  const leavings = decision?.kind === 'mask' ? leavingsOf(decision) : null;
  if (!leavings) return null;
  try {
    const mask = bindMasker(decision as MaskDecision, { ...facts, nullable: true }, key);
    return samples.map((value) => {
      const masked = mask(value);
      return typeof masked === 'string' ? leavings(masked) : masked;
    });
  } catch (error) {
    // What cannot be masked does not leave.
    if (error instanceof HfitError) return null;
    throw error;
  }
}

/** None where rows are hidden from our role: a part would be taken for the whole. */
async function rowsOf(snapshot: Snapshot, table: Table, columns: Table['columns'], most: number) {
  if (table.hiddenFrom !== undefined || columns.length === 0 || most === 0) return [];
  const key = table.primaryKey?.columns ?? [];
  const list = (limit: number, descending: boolean) => {
    const orderBy = key.map((column) => ({ column, descending }));
    const filter: Filter = { where: null, orderBy, limit: { pieces: [String(limit)] } };
    return snapshot.list({ table, columns, filter });
  };
  if (key.length === 0) return list(most, false);
  const half = Math.ceil(most / 2);
  const first = await list(half, false);
  // A small table was read as a whole.
  return first.length < half ? first : [...first, ...(await list(most - half, true))];
}

/** `public.customers.email`. */
export function columnName(table: Table, column: string): string {
  return `${qualified(table)}.${column}`;
}
