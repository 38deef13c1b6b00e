import { isDeepStrictEqual } from 'node:util';
import {
  type Column,
  type Database,
  type Dialect,
  qualified,
  type Row,
  resolveTable,
  rowKey,
  type Schema,
  sameTable,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { isPlain } from './dump/plain.js';
import type { Part } from './parts.js';

type Properties = Record<string, unknown>;

/** Reads rows again that a program holds as objects. */
export class Refinder {
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #dialect: Dialect;

  private constructor(database: Database, schema: Schema) {
    this.#database = database;
    this.#schema = schema;
    this.#dialect = database.dialect;
  }

  static async of(database: Database, schemas?: readonly string[]): Promise<Refinder> {
    return new Refinder(database, await database.introspect(schemas));
  }

  /**
   * The row of a table as it is now, found by its key, with the properties of the one given: values
   * are of the types that they had, columns that it does not have are left out.
   * @throws HFIT_FIXTURE_ROW, HFIT_FIXTURE_ROW_GONE, HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS
   */
  row<T extends object>(name: string, row: T): Promise<T> {
    return this.#read(resolveTable(this.#schema, name), row as T & Properties);
  }

  /**
   * A value with all rows in it that a fixture has written, as they are now.
   * @throws HFIT_FIXTURE_ROW where there is none, or one may be of two tables
   */
  async within(fixture: string, value: unknown, parts: readonly Part[]): Promise<unknown> {
    let found = 0;
    const visit = async (it: unknown): Promise<unknown> => {
      if (typeof it !== 'object' || it === null) return it;
      const table = this.#tableOf(fixture, it as Properties, parts);
      if (table) {
        found += 1;
        return this.#read(table, it as Properties);
      }
      if (Array.isArray(it)) {
        const all: unknown[] = [];
        for (const one of it) all.push(await visit(one));
        return all;
      }
      if (!isPlain(it)) return it;
      const all: Properties = {};
      for (const [name, one] of Object.entries(it)) all[name] = await visit(one);
      return all;
    };
    const fresh = await visit(value);
    if (found > 0) return fresh;
    throw refused(`the fixture "${fixture}"`, 'its value holds no row with a key that it wrote');
  }

  /** The table that the fixture has written a row of this key to; of two, the one with more columns. */
  #tableOf(fixture: string, row: Properties, parts: readonly Part[]): Table | null {
    const written = new Map<Table, number>();
    for (const { tables } of parts.map((part) => part.changes)) {
      for (const changes of tables) {
        const table = this.#schema.tables.find((it) => sameTable(it, changes));
        const wanted = table && this.#keyOf(table, row);
        if (!table || !wanted) continue;
        const places = (rowKey(table) as readonly string[]).map((it) =>
          changes.columns.indexOf(it),
        );
        const isIt = (it: Row) =>
          places.every((at, i) => same(it[at] as Value, wanted[i] as Value));
        const rows = [...changes.inserted, ...changes.updated.map((it) => it.after)];
        if (rows.some(isIt)) written.set(table, this.#columnsOf(table, row).size);
      }
    }
    const most = Math.max(...written.values());
    const best = [...written].filter(([, columns]) => columns === most).map(([table]) => table);
    if (best.length < 2) return best[0] ?? null;
    const names = best.map(qualified).join(' or ');
    throw refused(`the fixture "${fixture}"`, `it may be of ${names}`);
  }

  async #read<T extends Properties>(table: Table, row: T): Promise<T> {
    const key = this.#keyOf(table, row);
    if (!key) throw refused(`table ${qualified(table)}`, 'it has no key, or the row lacks it');
    const names = rowKey(table) as readonly string[];
    const keyColumns = names.map((name) => table.columns.find((it) => it.name === name) as Column);
    const properties = this.#columnsOf(table, row);
    const columns = [...properties.keys()];
    const snapshot = await this.#database.snapshot();
    const [found] = await snapshot
      .byKeys(table, columns, keyColumns, [key])
      .finally(() => snapshot.close());
    if (!found) {
      const words = names.map((name, i) => `${name} = ${String(key[i])}`).join(', ');
      throw new HfitError('HFIT_FIXTURE_ROW_GONE', { table: qualified(table), key: words });
    }
    const fresh = Object.create(Object.getPrototypeOf(row), Object.getOwnPropertyDescriptors(row));
    for (const [i, column] of columns.entries()) {
      const property = properties.get(column) as string;
      const value = this.#dialect.decode(column, found[i] as Value);
      fresh[property] = alike(value, row[property]);
    }
    return fresh;
  }

  #keyOf(table: Table, row: Properties): Row | null {
    const columns = this.#columnsOf(table, row);
    const key: Value[] = [];
    for (const name of rowKey(table) ?? []) {
      const column = table.columns.find((it) => it.name === name) as Column;
      const value = row[columns.get(column) ?? ''];
      if (value === undefined || value === null) return null;
      key.push(this.#dialect.encode(column, value));
    }
    return key.length === 0 ? null : key;
  }

  /** The columns that a row has, each with the name of its property: `created_at` or `createdAt`. */
  #columnsOf(table: Table, row: Properties): Map<Column, string> {
    const properties = new Map(Object.keys(row).map((name) => [plainName(name), name]));
    const pairs = table.columns.flatMap((column): [Column, string][] => {
      const property = Object.hasOwn(row, column.name)
        ? column.name
        : properties.get(plainName(column.name));
      return property === undefined ? [] : [[column, property]];
    });
    return new Map(pairs);
  }
}

const plainName = (name: string) => name.replaceAll('_', '').toLowerCase();
const same = (a: Value, b: Value) => isDeepStrictEqual(a, b) || String(a) === String(b);

/** A value in the type that the driver of the user gave it before: there are several for a number. */
function alike(value: unknown, before: unknown): unknown {
  if (value === null || value === undefined || before === null) return value;
  switch (typeof before) {
    case 'bigint':
      return BigInt(value as string | number);
    case 'number':
      return Number(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : Number(value) !== 0;
    case 'string':
      if (value instanceof Date) return value.toISOString();
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    default:
  }
  if (before instanceof Date && !(value instanceof Date)) return new Date(value as string | number);
  if (Buffer.isBuffer(before) && value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string' && !(before instanceof Date)) return parsed(value);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refused(value: string, reason: string): HfitError {
  return new HfitError('HFIT_FIXTURE_ROW', { value, reason });
}
