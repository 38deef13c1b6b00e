import {
  type Column,
  type Dialect,
  orderByForeignKeys,
  quoteTable,
  rowKey,
  type Schema,
  type Table,
} from '@hot-fixture/database';

/** A small generator with a seed: a run that failed can be had again. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // By G. Marsaglia, "Xorshift RNGs" (2003), after one step of a counter.
    state = (state + 0x9e3779b9) >>> 0;
    let x = state ^ (state << 13);
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

/** Statements of every kind on any schema. The database may refuse some of them. */
export class Statements {
  readonly #dialect: Dialect;
  readonly #tables: readonly Table[];
  readonly #random: (below: number) => number;

  constructor(dialect: Dialect, schema: Schema, random: (below: number) => number) {
    this.#dialect = dialect;
    this.#tables = orderByForeignKeys(schema.tables).tables;
    this.#random = random;
  }

  /** One to three statements, alone or in a transaction that may be rolled back. */
  next(): string[] {
    const kind = this.#random(10);
    if (kind < 6) return [this.#one()];
    const some = Array.from({ length: 1 + this.#random(3) }, () => this.#one());
    return ['BEGIN', ...some, kind < 8 ? 'COMMIT' : 'ROLLBACK'];
  }

  #one(): string {
    const table = this.#pick(this.#tables);
    const makers = [
      this.#insert,
      this.#insert,
      this.#update,
      this.#update,
      this.#delete,
      this.#move,
    ];
    return this.#pick(makers).call(this, table);
  }

  /** Rows like those that are there; what the database numbers, it numbers. */
  #insert(table: Table): string {
    const columns = table.columns.filter(
      ({ generated, identity, default: it }) =>
        !generated && !identity && !/nextval/i.test(it ?? ''),
    );
    const list = columns.map((column) => this.#quote(column)).join(', ');
    return `INSERT INTO ${this.#name(table)} (${list}) SELECT ${list} FROM (${this.#some(table, '*')}) x`;
  }

  #update(table: Table): string {
    const key = rowKey(table) ?? [];
    const columns = table.columns.filter((it) => !it.generated && !key.includes(it.name));
    if (columns.length === 0) return this.#delete(table);
    const column = this.#pick(columns);
    const value =
      column.nullable && this.#random(3) === 0
        ? 'NULL'
        : `(SELECT ${this.#quote(column)} FROM (${this.#some(table, this.#quote(column), 1)}) y)`;
    return `UPDATE ${this.#name(table)} SET ${this.#quote(column)} = ${value} WHERE ${this.#among(table)}`;
  }

  #delete(table: Table): string {
    return `DELETE FROM ${this.#name(table)} WHERE ${this.#among(table)}`;
  }

  /** Another key; where rows point to it, they follow or the database refuses. */
  #move(table: Table): string {
    const [first] = this.#key(table);
    if (first?.kind !== 'integer') return this.#update(table);
    const to = `${this.#quote(first)} + ${1000 + this.#random(20000)}`;
    return `UPDATE ${this.#name(table)} SET ${this.#quote(first)} = ${to} WHERE ${this.#among(table)}`;
  }

  /** The derived table is for MySQL, which reads no table that it writes. */
  #among(table: Table): string {
    const [first] = this.#key(table);
    const column = this.#quote(first as Column);
    return `${column} IN (SELECT ${column} FROM (${this.#some(table, column)}) x)`;
  }

  #some(table: Table, what: string, count = 1 + this.#random(3)): string {
    const order = this.#key(table).map((column) => this.#quote(column));
    return `SELECT ${what} FROM ${this.#name(table)} ORDER BY ${order.join(', ')} LIMIT ${count} OFFSET ${this.#random(150)}`;
  }

  #key(table: Table): Column[] {
    const names = rowKey(table) ?? table.columns.slice(0, 1).map(({ name }) => name);
    return table.columns.filter(({ name }) => names.includes(name));
  }

  #name(table: Table): string {
    return quoteTable(this.#dialect, table);
  }

  #quote({ name }: Column): string {
    return this.#dialect.quote(name);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random(list.length)] as T;
  }
}
