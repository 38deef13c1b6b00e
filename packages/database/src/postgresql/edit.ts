import type { Dialect } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table, Value } from '../model.js';
import { arrayLiteral } from './array.js';
import { muteTriggers } from './mute.js';
import { literal, quote, quoteTable } from './quote.js';
import { readSequences, writeSequences } from './sequences.js';

/*
 * Rows are compared by their image, the text of a record. It holds what the output function of each
 * type writes, tells NULL from '', and asks no type for equality, which json has not, and which
 * numeric, float and citext take lightly. The input functions take it back to values, as COPY would.
 */

export const edit: Pick<
  Dialect,
  'muteTriggers' | 'deleteRows' | 'updateRows' | 'readSequences' | 'writeSequences' | 'checksum'
> = {
  muteTriggers,
  readSequences,
  writeSequences,

  async deleteRows(session, table, columns, key, rows) {
    if (rows.length === 0) return 0;
    const from = await rowsOf(session, table);
    const given = new Given(columns, [rows]);
    const found = key
      ? `SELECT t.tableoid AS part, t.ctid AS place
         FROM (SELECT ${given.image(0)} AS image, ${given.record(table, 0)} AS r FROM ${given} OFFSET 0) g
         JOIN ${from} t ON ${sameKey(key)} AND ${imageOf(columns)} = g.image`
      : `SELECT part, place
         FROM (SELECT t.tableoid AS part, t.ctid AS place, g.n,
                      row_number() OVER (PARTITION BY g.image ORDER BY t.tableoid, t.ctid) AS i
               FROM ${from} t
               JOIN (SELECT ${given.image(0)} AS image, count(*) AS n FROM ${given} GROUP BY 1) g
                 ON ${imageOf(columns)} = g.image) x
         WHERE i <= n`;
    return countOf(
      session,
      `WITH found AS MATERIALIZED (${found}), gone AS (
         DELETE FROM ${from} t USING found f WHERE t.ctid = f.place AND t.tableoid = f.part RETURNING 1)
       SELECT count(*) FROM gone`,
      given.parameters,
    );
  },

  async updateRows(session, table, columns, key, updates) {
    const given = new Given(columns, [
      updates.map((it) => it.before),
      updates.map((it) => it.after),
    ]);
    const changes = columns.filter((_, i) => updates.some((it) => it.before[i] !== it.after[i]));
    if (changes.length === 0) return updates.length;
    const set = changes.map(({ name }) => `${quote(name)} = (g.r).${quote(name)}`);
    // What the database alone may number has to be opened for an update.
    const always = changes.filter(({ identity }) => identity === 'always');
    await numbered(session, table, always, 'BY DEFAULT');
    const found = await countOf(
      session,
      `WITH done AS (
         UPDATE ${await rowsOf(session, table)} t SET ${set.join(', ')}
         FROM (SELECT ${given.image(0)} AS image, ${given.record(table, 1)} AS r FROM ${given} OFFSET 0) g
         WHERE ${sameKey(key)} AND ${imageOf(columns)} = g.image RETURNING 1)
       SELECT count(*) FROM done`,
      given.parameters,
    );
    await numbered(session, table, always, 'ALWAYS');
    return found;
  },

  async checksum(session, table) {
    const half = (seed: number) => `coalesce(sum(pg_catalog.hashtextextended(image, ${seed})), 0)`;
    const columns = table.columns.filter(({ generated }) => !generated);
    const [row] = await session.query(
      `SELECT count(*) || ':' || ${half(0)} || ':' || ${half(1)}
       FROM (SELECT ${imageOf(columns)} AS image FROM ${await rowsOf(session, table)} t) x`,
    );
    return row?.[0] as string;
  },
};

/** Lists of rows side by side, bound as one array for each column, to be selected from as `v`. */
class Given {
  readonly #columns: readonly Column[];
  readonly #lists: readonly (readonly Row[])[];

  constructor(columns: readonly Column[], lists: readonly (readonly Row[])[]) {
    this.#columns = columns;
    this.#lists = lists;
  }

  get parameters(): Value[] {
    return this.#lists.flatMap((rows) =>
      this.#columns.map((_, i) => arrayLiteral(rows.map((row) => row[i] ?? null))),
    );
  }

  image(list: number): string {
    const values = this.#columns.map((_, i) => this.#value(list, i));
    return `ROW(${values.join(', ')})::text COLLATE "C"`;
  }

  /** As a row of the table, whose columns that are not given are null. */
  record(table: Table, list: number): string {
    const values = table.columns.map(({ name }) => {
      const i = this.#columns.findIndex((column) => column.name === name);
      return i < 0 ? 'NULL' : this.#value(list, i);
    });
    return `ROW(${values.join(', ')})::text::${quoteTable(table)}`;
  }

  toString(): string {
    const names = this.#lists.flatMap((_, list) =>
      this.#columns.map((_, i) => this.#value(list, i).slice('v.'.length)),
    );
    if (names.length === 0) return `generate_series(1, ${this.#lists[0]?.length ?? 0}) v`;
    const arrays = names.map((_, i) => `$${i + 1}::text[]`);
    return `unnest(${arrays.join(', ')}) v(${names.join(', ')})`;
  }

  #value(list: number, column: number): string {
    return `v.c${list}_${column}`;
  }
}

function imageOf(columns: readonly Column[]): string {
  return `ROW(${columns.map(({ name }) => `t.${quote(name)}`).join(', ')})::text COLLATE "C"`;
}

function sameKey(key: readonly string[]): string {
  return key.map((name) => `t.${quote(name)} = (g.r).${quote(name)}`).join(' AND ');
}

/** All rows of a partitioned table, and of another its own, without those of who inherits. */
async function rowsOf(session: Session, table: Table): Promise<string> {
  const [row] = await session.query(
    `SELECT relkind FROM pg_class WHERE oid = ${literal(quoteTable(table))}::regclass`,
  );
  return row?.[0] === 'p' ? quoteTable(table) : `ONLY ${quoteTable(table)}`;
}

async function numbered(
  session: Session,
  table: Table,
  columns: readonly Column[],
  how: 'ALWAYS' | 'BY DEFAULT',
): Promise<void> {
  if (columns.length === 0) return;
  const set = columns.map(({ name }) => `ALTER ${quote(name)} SET GENERATED ${how}`);
  await session.run(`ALTER TABLE ${quoteTable(table)} ${set.join(', ')}`);
}

async function countOf(session: Session, sql: string, parameters: Value[]): Promise<number> {
  const [row] = await session.query(sql, parameters);
  return Number(row?.[0]);
}
