import { type Dialect, ownRowsOf, type Reference } from './dialect.js';
import { type Compiled, compileFilter, findColumn, type Variables } from './filter/compile.js';
import type { Filter, Order } from './filter/tree.js';
import type { Column, Row, Table } from './model.js';

/** Rows of a table that point to others. */
export interface Children {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** What they point with; `keys` has a value for each. */
  readonly keyColumns: readonly Column[];
  readonly keys: readonly Row[];
  /** Which of them; its order says which come first, where there is a limit. */
  readonly filter?: Filter;
  readonly variables?: Variables;
  /** How many for each key, and of the same order by their primary key. */
  readonly limit?: number;
}

/** A share of the rows of a table. */
export interface Sample {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly filter: Filter;
  readonly variables: Variables;
  /** From 0 to 1, to a millionth. */
  readonly share: number;
  /** Whether the share keeps what rows point to, and how many rows point to each: by these. */
  readonly preserves: boolean;
  readonly preserve: readonly Reference[];
}

/** Writes the question for children; a limit counts them for each key. */
export function childrenQuery(dialect: Dialect, asked: Children): Compiled {
  const { table, columns, keyColumns, keys, filter, variables = {}, limit } = asked;
  const where = conditionOf(dialect, table, filter, variables);
  const among = dialect.keyedBy(keyColumns, keys, where.parameters.length);
  const condition = where.sql === '' ? ` WHERE ${among.sql}` : `${where.sql} AND ${among.sql}`;
  const parameters = [...where.parameters, ...among.parameters];
  const from = `FROM ${ownRowsOf(dialect, table)}${condition}`;
  if (limit === undefined) {
    return { sql: `SELECT ${selected(dialect, columns)} ${from}`, parameters };
  }
  const parts = keyColumns.map(({ name }) => dialect.quote(name)).join(', ');
  const order = orderOf(dialect, table, filter?.orderBy ?? []);
  const over = `row_number() OVER (PARTITION BY ${parts} ORDER BY ${order})`;
  const sql = numbered(dialect, columns, over, from, `hfit_n <= ${limit}`);
  return { sql, parameters };
}

/**
 * Writes the question for every n-th row, in the order of how many rows point to each, then of
 * where it points to itself: systematic sampling from an ordered list, as in W. Cochran, "Sampling
 * Techniques" (1977), chapter 8, so that each part of the list keeps its share.
 */
export function sampleQuery(dialect: Dialect, asked: Sample): Compiled {
  const { table, columns, filter, variables, share, preserve, preserves } = asked;
  const where = compileFilter(dialect, table, filter, variables);
  const name = (column: string) => dialect.quote(findColumn(table, column).name);
  const counts = preserve.map(({ table: child, foreignKey }, i) => {
    const own = foreignKey.columns.map((column) => dialect.quote(column));
    const same = foreignKey.targetColumns.map(
      (it, c) => `hfit_c${i}.hfit_k${c} = hfit.${name(it)}`,
    );
    const keys = own.map((column, c) => `${column} AS hfit_k${c}`).join(', ');
    const rows = `FROM ${ownRowsOf(dialect, child)} GROUP BY ${own.join(', ')}`;
    const grouped = `SELECT ${keys}, count(*) AS hfit_count ${rows}`;
    return ` LEFT JOIN (${grouped}) hfit_c${i} ON ${same.join(' AND ')}`;
  });
  const key = table.primaryKey?.columns ?? table.uniques[0]?.columns ?? [];
  const points = preserves ? pointing(table) : [];
  const order = [
    ...preserve.map((_, i) => `COALESCE(hfit_c${i}.hfit_count, 0)`),
    ...[...points, ...key].map((column) => `hfit.${name(column)}`),
  ];
  const rows = `SELECT * FROM ${ownRowsOf(dialect, table)}${where.sql}`;
  const from = `FROM (${rows}) hfit${counts.join('')}`;
  const over = `row_number() OVER (ORDER BY ${order.join(', ')})`;
  const part = Math.round(share * million);
  // The half of a step before the first row: of five rows, a tenth is one as often as none.
  const chosen = `(hfit_n * ${part} + ${million / 2}) % ${million} < ${part}`;
  const sql = numbered(dialect, columns, over, from, chosen);
  return { sql, parameters: where.parameters };
}

/** What a row points to, and first what it cannot do without. */
function pointing(table: Table): string[] {
  const nullable = (name: string) => findColumn(table, name).nullable;
  const columns = table.foreignKeys.flatMap((it) => it.columns);
  return [...columns.filter((it) => !nullable(it)), ...columns.filter(nullable)];
}

const million = 1_000_000;

function conditionOf(
  dialect: Dialect,
  table: Table,
  filter: Filter | undefined,
  variables: Variables,
): Compiled {
  const where = filter?.where ?? null;
  return compileFilter(dialect, table, { where, orderBy: [], limit: null }, variables);
}

function orderOf(dialect: Dialect, table: Table, orderBy: readonly Order[]): string {
  const key = table.primaryKey?.columns ?? table.uniques[0]?.columns;
  const address = dialect.rowAddress?.(table).map(({ name }) => name) ?? [];
  const asked = orderBy.map(({ column, descending }) => {
    return dialect.quote(findColumn(table, column).name) + (descending ? ' DESC' : '');
  });
  return [...asked, ...(key ?? address).map((name) => dialect.quote(name))].join(', ');
}

function selected(dialect: Dialect, columns: readonly Column[]): string {
  return columns.map((column) => dialect.selected(column)).join(', ');
}

function numbered(
  dialect: Dialect,
  columns: readonly Column[],
  over: string,
  from: string,
  condition: string,
): string {
  const inner = columns.map((it, i) => `${dialect.selected(it)} AS hfit_${i}`).join(', ');
  const outer = columns.map((_, i) => `hfit_${i}`).join(', ');
  return `SELECT ${outer} FROM (SELECT ${inner}, ${over} AS hfit_n ${from}) hfit_all WHERE ${condition} ORDER BY hfit_n`;
}
