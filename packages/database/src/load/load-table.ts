import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import { RowRefused } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { rowKey } from '../key.js';
import { type Column, qualified, type Row, type Table } from '../model.js';
import type { TableRows } from './dataset.js';
import { insertRows } from './insert-rows.js';
import { type Merged, mergeRows, type OnConflict } from './merge.js';

export interface LoadedTable {
  readonly table: string;
  readonly rows: number;
  readonly seconds: number;
  /** Where rows were merged: what became of them. */
  readonly merged?: Merged;
}

/**
 * Writes the rows of one table: as bytes where the dialect takes their form, else in batches.
 * @throws HFIT_LOAD_FAILED with the number and the key of the row that is not taken
 */
export async function loadTable(
  driver: Driver,
  session: Session,
  target: Table,
  part: TableRows,
  onRows: (rows: number) => void,
  merge: OnConflict | null = null,
): Promise<LoadedTable> {
  const { dialect } = driver;
  const name = qualified(target);
  const columns = part.columns.map((column) => targetColumn(driver, target, column));
  const began = performance.now();
  const failed = (error: unknown, place: Place) => {
    const { reason, end, column } = dialect.explain(error);
    if (end) return error;
    const where = describe(place, target, columns, column);
    const values = { table: name, reason, database: driver.location };
    return new HfitError('HFIT_LOAD_FAILED', values, { where, cause: error });
  };
  let rows = 0;
  if (merge !== null) {
    const merged = { inserted: 0, updated: 0, kept: 0 };
    for await (const batch of part.batches) {
      const done = await mergeRows(driver, session, target, columns, batch, merge);
      if ('cause' in done) {
        const number = rows + batch.indexOf(done.row) + 1;
        throw failed(done.cause, { number, row: done.row });
      }
      merged.inserted += done.inserted;
      merged.updated += done.updated;
      merged.kept += done.kept;
      rows += batch.length;
      onRows(rows);
    }
    return { table: name, rows, seconds: (performance.now() - began) / 1000, merged };
  }
  if (part.bytes && part.bytes.format === dialect.bulk?.format) {
    const source = new Source(part.bytes.chunks);
    try {
      rows = await dialect.bulk.write(session, target, columns, source.read(), onRows);
    } catch (error) {
      if (source.failure) throw source.failure.error;
      throw error instanceof RowRefused
        ? failed(error.cause, { number: error.number, row: error.row })
        : failed(error, {});
    }
    onRows(rows);
  } else {
    for await (const batch of part.batches) {
      const refused = await insertRows(dialect, session, target, columns, batch);
      if (refused) {
        const number = rows + batch.indexOf(refused.row) + 1;
        throw failed(refused.cause, { number, row: refused.row });
      }
      rows += batch.length;
      onRows(rows);
    }
  }
  return { table: name, rows, seconds: (performance.now() - began) / 1000 };
}

interface Place {
  readonly number?: number;
  readonly row?: Row;
}

/** Tells what went wrong before the database was asked from what it said. */
class Source {
  readonly #chunks: AsyncIterable<Uint8Array>;
  failure: { readonly error: unknown } | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *read(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#chunks;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

/** `row 7, id = 12`; a key whose own value may be what is wrong is not told. */
function describe(
  { number, row }: Place,
  target: Table,
  columns: readonly Column[],
  wrong: string | undefined,
): string {
  const words = [number === undefined ? qualified(target) : `row ${number}`];
  const key = rowKey(target) ?? [];
  const places = key.map((name) => columns.findIndex((column) => column.name === name));
  if (!row || places.includes(-1) || (wrong !== undefined && key.includes(wrong))) {
    return words.join(', ');
  }
  const isOdd = places.some((i) => {
    return columns[i]?.kind === 'integer' && !/^-?\d+$/.test(String(row[i]));
  });
  if (!isOdd) words.push(...key.map((name, i) => `${name} = ${shown(row[places[i] as number])}`));
  return words.join(', ');
}

function shown(value: Row[number] | undefined): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex').slice(0, 60)}`;
  return String(value).slice(0, 60);
}

function targetColumn(driver: Driver, target: Table, column: Column): Column {
  const found = target.columns.find(({ name }) => name === column.name);
  const refused = (reason: string) =>
    new HfitError('HFIT_LOAD_COLUMN', {
      table: qualified(target),
      reason,
      database: driver.location,
    });
  if (!found) throw refused(`it has no column "${column.name}"`);
  if (found.generated) throw refused(`its column "${column.name}" is generated`);
  return found;
}
