import { HfitError } from '@hot-fixture/errors';
import type { Reference } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { rowKey } from '../key.js';
import { type Column, qualified, type Row, sameTable, type Table } from '../model.js';
import type { TableRows } from './dataset.js';

const batchSize = 1000;

/**
 * Keys that cannot be put off are null until all rows are there. What belongs there is kept in
 * memory, with the key of its row.
 */
export class Later {
  readonly #kept = new Map<Table, { columns: Column[]; key: readonly string[]; rows: Row[] }>();
  readonly #nulls = new Map<string, Set<string>>();
  /** Tables that point to others too: one that points only to itself may come at once, as bytes. */
  readonly #outward = new Set<string>();

  /** @param references keys that are to be null for a while, where they can be */
  constructor(references: readonly Reference[]) {
    for (const reference of references) {
      const { table, foreignKey } = reference;
      const column = nullableOf(reference);
      if (!column) continue;
      if (!sameTable(foreignKey.target, table)) this.#outward.add(qualified(table));
      const names = this.#nulls.get(qualified(table)) ?? new Set();
      this.#nulls.set(qualified(table), names.add(column.name));
    }
  }

  /**
   * The rows with nulls in them, in batches: bytes cannot be changed.
   * @param format of bytes that the target takes in one statement
   */
  without(part: TableRows, target: Table, format: string | undefined): TableRows {
    const isBulk = part.bytes !== undefined && part.bytes.format === format;
    if (isBulk && !this.#outward.has(qualified(target))) return part;
    const names = this.#nulls.get(qualified(target));
    const key = rowKey(target);
    if (!names || !key) return part;
    const columns = part.columns.filter(({ name }) => key.includes(name) || names.has(name));
    const places = columns.map((column) => part.columns.indexOf(column));
    const rows: Row[] = [];
    this.#kept.set(target, { columns, key, rows });
    const isLater = part.columns.map(({ name }) => names.has(name));
    async function* batches(): AsyncGenerator<readonly Row[]> {
      for await (const batch of part.batches) {
        for (const row of batch) {
          if (row.some((value, i) => isLater[i] && value !== null)) {
            rows.push(places.map((i) => row[i] ?? null));
          }
        }
        yield batch.map((row) => row.map((value, i) => (isLater[i] ? null : value)));
      }
    }
    return { table: part.table, columns: part.columns, batches: batches() };
  }

  /** Writes what was kept over the nulls. */
  async write(driver: Driver, session: Session): Promise<void> {
    const { dialect, location } = driver;
    for (const [table, { columns, key, rows }] of this.#kept) {
      for (let i = 0; i < rows.length; i += batchSize) {
        const updates = rows.slice(i, i + batchSize).map((after) => ({
          before: after.map((value, at) =>
            key.includes((columns[at] as Column).name) ? value : null,
          ),
          after,
        }));
        const done = await dialect
          .updateRows(session, table, columns, key, updates)
          .catch((error) => {
            const { reason, end } = dialect.explain(error);
            if (end) throw error;
            throw failed(table, reason, location, error);
          });
        if (done < updates.length) {
          throw failed(table, 'its rows were changed by something while it was loaded', location);
        }
      }
    }
  }
}

/** A column of a key that can be null until its target is there; null where there is none. */
export function nullableOf({ table, foreignKey }: Reference): Column | null {
  const key = rowKey(table);
  if (!key) return null;
  const found = table.columns.find(({ name, nullable }) => {
    return nullable && foreignKey.columns.includes(name) && !key.includes(name);
  });
  return found ?? null;
}

function failed(table: Table, reason: string, database: string, cause?: unknown): HfitError {
  const values = { table: qualified(table), reason, database };
  return new HfitError('HFIT_LOAD_FAILED', values, cause === undefined ? {} : { cause });
}
