import type { Column, Dialect, Table } from '@hot-fixture/database';
import { mentions } from './uniques.js';

/** What stands in many schemas and tells of nobody: empty values, casts, precisions. */
const harmless =
  /(?<![\w'])[bx]?'(?:[01]|\{\}|\[\]|-?infinity)?'(?!')|::[\w .]+(?:\([\d,]+\))?|\(\d\)/gi;

/**
 * Whether the default of a column may be a value of it: a text, or a number above nine. A column
 * that does not leave as it is must not leave by its definition.
 */
export function tells({ default: expression, kind, generated, identity }: Column): boolean {
  // The labels of an enum are part of its type.
  if (expression === null || generated || identity || kind === 'enum') return false;
  // What counts on is no value of any row, and the texts beside it are its form.
  if (/\bnextval\(/i.test(expression.replace(/'(?:[^']|'')*'/g, "''"))) return false;
  return holdsValue(expression);
}

/** Whether there is a text in an SQL expression, or a number above nine. */
function holdsValue(sql: string): boolean {
  const rest = sql.replace(harmless, ' ');
  const numbers = rest.match(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g) ?? [];
  return /['"]/.test(rest) || numbers.some((it) => Number(it) > 9 || !Number.isInteger(Number(it)));
}

/**
 * The table without the checks and indexes that quote a value and are about one of these columns:
 * it may be a value of a row, and masks need not pass them.
 */
export function withoutTellingRules(
  dialect: Dialect,
  table: Table,
  hidden: readonly Column[],
): Table {
  if (hidden.length === 0) return table;
  const names = new Set(table.columns.map(({ name }) => name));
  // SQLite takes what is in double quotes for a text where no column has the name.
  const bare = (sql: string) =>
    sql.replace(/"((?:[^"]|"")*)"/g, (text, name) => (names.has(name) ? name : text));
  const isOut = (sql: string) =>
    hidden.some(({ name }) => mentions(sql, name)) && holdsValue(bare(sql));
  return {
    ...dialect.withoutRules(table, isOut),
    checks: table.checks.filter(({ condition }) => !isOut(condition)),
    uniqueIndexes: table.uniqueIndexes.filter(({ expressions, predicate }) => {
      return ![...expressions, predicate ?? ''].some((sql) => isOut(sql));
    }),
  };
}
