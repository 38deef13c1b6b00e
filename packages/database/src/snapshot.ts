import { HfitError } from '@hot-fixture/errors';
import { type Bulk, ownRowsOf } from './dialect.js';
import type { Driver, Session } from './driver.js';
import { type Compiled, compileFilter, type Variables } from './filter/compile.js';
import type { Filter } from './filter/tree.js';
import type { KnownSchemas } from './known-schemas.js';
import type { LentSession } from './lent-session.js';
import type { TableRows } from './load/dataset.js';
import { type Column, qualified, type Row, type Schema, type Table } from './model.js';
import type { ReadWatch } from './read-watch.js';
import { type Children, childrenQuery, type Sample, sampleQuery } from './related.js';
import { type Spelling, spelled } from './spelling.js';

/** Rows of one table: which columns, which rows, in which order. */
export interface Selection {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly filter?: Filter;
  readonly variables?: Variables;
  /** False where the order of the key would tell what it holds: rows come as they lie. */
  readonly inKeyOrder?: boolean;
  readonly spelling?: Spelling;
}

/** How many rows travel together. */
const batchSize = 1000;

/** A read-only view of one moment of a database. It holds one connection until it is closed. */
export class Snapshot {
  readonly #driver: Driver;
  readonly #session: Session;
  #open = true;
  #broken = false;

  readonly #lent: LentSession;
  readonly #watch: ReadWatch;

  readonly #known: KnownSchemas;

  constructor(driver: Driver, lent: LentSession, watch: ReadWatch, known: KnownSchemas) {
    this.#driver = driver;
    this.#session = lent.session;
    this.#lent = lent;
    this.#watch = watch;
    this.#known = known;
  }

  introspect(schemas?: readonly string[]): Promise<Schema> {
    return this.using((session) => this.#driver.dialect.introspect(session, schemas));
  }

  /**
   * The same as `introspect`; where the database can tell cheaply that nothing has changed, what was
   * read of it before.
   */
  schema(schemas?: readonly string[]): Promise<Schema> {
    const { dialect } = this.#driver;
    return this.using((session) => this.#known.read(dialect, session, schemas));
  }

  /** The schemas that hold tables. */
  schemas(): Promise<string[]> {
    return this.using((session) => this.#driver.dialect.schemas(session));
  }

  /**
   * Streams the rows of a table in batches; where the filter has no order, in that of the primary
   * key, if nobody is against it.
   * @throws HFIT_FILTER_TYPE, HFIT_FILTER_VARIABLE, HFIT_COLUMN_UNKNOWN, HFIT_ROWS_HIDDEN,
   *   HFIT_DATABASE_LOST, HFIT_READ_SLOW, HFIT_READ_LOCKED, HFIT_READ_IDLE
   */
  async *rows(selection: Selection): AsyncGenerator<Row[]> {
    yield* this.#stream(selection.table, this.#compile(selection));
  }

  /**
   * Streams the rows that point to others, in batches; with a limit, the first ones of each.
   * @throws what `rows` throws
   */
  async *children(asked: Children): AsyncGenerator<Row[]> {
    assertWhole(asked.table);
    yield* this.#stream(asked.table, childrenQuery(this.#driver.dialect, asked), true);
  }

  /**
   * Streams a share of the rows of a table, in batches: the same at each time.
   * @throws what `rows` throws
   */
  async *sample(asked: Sample): AsyncGenerator<Row[]> {
    for (const { table } of [asked, ...asked.preserve]) assertWhole(table);
    yield* this.#stream(asked.table, sampleQuery(this.#driver.dialect, asked));
  }

  async *#stream(table: Table, { sql, parameters }: Compiled, all = false): AsyncGenerator<Row[]> {
    this.#assertOpen();
    try {
      const rows = () => this.#session.stream(sql, parameters, batchSize, all);
      yield* this.#watch.pieces(rows, false);
    } catch (error) {
      this.#broken = true;
      throw await this.#watch.told(error, table);
    }
  }

  /**
   * All rows of a table, ready to be loaded: as batches and, where the dialect can, as bytes. A
   * snapshot whose bytes are not read to their end cannot be read any further.
   * @param columns by default all that can be written
   * @param onRows told how many rows went by as bytes; where nobody can tell, there are no bytes
   * @throws HFIT_ROWS_HIDDEN, and when they are read what `rows` throws
   */
  tableRows(
    table: Table,
    columns: readonly Column[] = writable(table),
    onRows?: (rows: number) => void,
  ): TableRows {
    assertWhole(table);
    const bulk = this.#bulk(onRows !== undefined);
    return {
      table,
      columns,
      batches: this.rows({ table, columns }),
      ...(bulk && {
        bytes: { format: bulk.format, chunks: this.#chunks(bulk, table, columns, onRows) },
      }),
    };
  }

  #bulk(isCounted: boolean): Bulk | undefined {
    const { bulk } = this.#driver.dialect;
    return isCounted && !bulk?.rowsIn ? undefined : bulk;
  }

  async *#chunks(
    bulk: Bulk,
    table: Table,
    columns: readonly Column[],
    onRows?: (rows: number) => void,
  ): AsyncGenerator<Uint8Array> {
    this.#assertOpen();
    let whole = false;
    let isFirst = true;
    try {
      const read = () => bulk.read(this.#session, table, columns);
      for await (const chunk of this.#watch.pieces(read, true)) {
        onRows?.(bulk.rowsIn?.(chunk, isFirst) ?? 0);
        isFirst = false;
        yield chunk;
      }
      whole = true;
    } catch (error) {
      throw await this.#watch.told(error, table);
    } finally {
      if (!whole) this.#broken = true;
    }
  }

  /** The rows of a selection as one list: for few rows. */
  async list(selection: Selection): Promise<Row[]> {
    const { sql, parameters } = this.#compile(selection);
    return this.#using(selection.table, (session) => session.query(sql, parameters));
  }

  /**
   * The rows whose key columns have one of the given values, in no set order. Keys that are not
   * there are left out.
   */
  async byKeys(
    table: Table,
    columns: readonly Column[],
    keyColumns: readonly Column[],
    keys: readonly Row[],
    spelling?: Spelling,
  ): Promise<Row[]> {
    assertWhole(table);
    const { dialect } = this.#driver;
    const { sql, parameters } = dialect.keyedBy(keyColumns, keys, 0);
    const text = `${this.#select(table, columns, spelling)} WHERE ${sql}`;
    return this.#using(table, (session) => session.query(text, parameters));
  }

  /** About how many rows a table has: by the statistics of the server, where it has any. */
  async about(table: Table): Promise<number> {
    const { dialect } = this.#driver;
    const estimate = await this.#using(table, async (session) => {
      return dialect.estimatedRows?.(session, table);
    });
    return estimate ?? this.count(table);
  }

  /** Counts the rows of a table, or those that a filter lets through. */
  async count(table: Table, filter?: Filter, variables: Variables = {}): Promise<number> {
    assertWhole(table);
    const { dialect } = this.#driver;
    const where = filter
      ? compileFilter(dialect, table, { where: filter.where, orderBy: [], limit: null }, variables)
      : { sql: '', parameters: [] };
    const text = `SELECT count(*) FROM ${ownRowsOf(dialect, table)}${where.sql}`;
    const rows = await this.#using(table, (session) => session.query(text, where.parameters));
    return Number(rows[0]?.[0]);
  }

  /** Lends the session to the rooms of this package. */
  using<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#using(null, work);
  }

  async #using<T>(table: Table | null, work: (session: Session) => Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      this.#watch.check();
      return await this.#watch.answer(work(this.#session));
    } catch (error) {
      if (!(error instanceof HfitError)) this.#broken = true;
      throw await this.#watch.told(error, table);
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    if (!(await this.#watch.close())) this.#broken = true;
    await this.#lent.end(this.#broken);
  }

  #compile({ table, columns, filter, variables, inKeyOrder = true, spelling }: Selection) {
    assertWhole(table);
    const { dialect } = this.#driver;
    const base = filter ?? { where: null, orderBy: [], limit: null };
    const orderBy =
      base.orderBy.length > 0 || !table.primaryKey || !inKeyOrder
        ? base.orderBy
        : table.primaryKey.columns.map((column) => ({ column, descending: false }));
    const rest = compileFilter(dialect, table, { ...base, orderBy }, variables ?? {});
    const sql = `${this.#select(table, columns, spelling)}${rest.sql}`;
    return { sql, parameters: rest.parameters };
  }

  #select(table: Table, columns: readonly Column[], spelling?: Spelling): string {
    const { dialect } = this.#driver;
    const selected = columns.map((column) => {
      const steps = spelling?.get(column.name);
      return steps ? spelled(dialect, 'hfit', column, steps) : dialect.selected(column);
    });
    const alias = spelling?.size ? ' hfit' : '';
    return `SELECT ${selected.join(', ')} FROM ${ownRowsOf(dialect, table)}${alias}`;
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new HfitError('HFIT_DATABASE_CLOSED', {
      database: `a snapshot of ${this.#driver.location}`,
    });
  }
}

function writable(table: Table): Column[] {
  return table.columns.filter(({ generated }) => !generated);
}

/** A part of the rows is never taken for the whole. */
function assertWhole(table: Table): void {
  if (table.hiddenFrom === undefined) return;
  throw new HfitError('HFIT_ROWS_HIDDEN', { table: qualified(table), role: table.hiddenFrom });
}
