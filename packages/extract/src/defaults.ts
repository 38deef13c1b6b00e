import type { Column, Dialect, Table, Telling } from '@hot-fixture/database';
import { mayName, mentions, namesRow, withoutQuotedNames } from './names.js';

const types = [
  'character varying',
  'bit varying',
  'double precision',
  '(?:timestamp|time)(?:\\(\\d\\))? with(?:out)? time zone',
  '[\\w.]+',
];
const casts = new RegExp(`::(?:${types.join('|')})(?:\\([\\d,]+\\))?(?:\\[\\])*`, 'g');

/** What stands in many schemas and tells of nobody: empty values. */
const emptyTexts = /(?<![\w'])[bx]?'(?:[01]|\{\}|\[\]|-?infinity)?'(?!')/gi;

/**
 * Whether the default of a column may be a value of it. A column that does not leave as it is must
 * not leave by its definition, and neither must the texts that compute it.
 */
export function tells({ default: expression, generated, identity, labels }: Column): boolean {
  if (expression === null || identity) return false;
  if (generated) return holdsValue(expression, []);
  return !isLabel(expression, labels ?? []) && !isHarmless(expression);
}

/** The labels of an enum are part of its type, and leave with it. */
function isLabel(expression: string, labels: readonly string[]): boolean {
  const text = expression.replace(/::[\w."]+$/, '');
  return labels.some((it) => text === `'${it.replaceAll("'", "''")}'`);
}

const calls = /\bnextval\((?:'(?:[^'\\]|'')*'(?:::regclass)?|(?:`(?:[^`]|``)*`\.?)+|[\w.]+)\)/gi;

/**
 * Whether a default is one of those that tell of nobody: NULL, true or false, an empty value, one
 * digit, a call with nothing else in it, or what counts on, with the form of a number around it.
 */
function isHarmless(expression: string): boolean {
  const counts = expression.replace(calls, 'count()');
  let rest = counts.replace(casts, '');
  if (counts !== expression) {
    rest = rest.replace(/'[^'\\]{0,4}'|(?<![\w.])\d\d?(?![\w.])|\|\|/g, ' ');
  }
  let literals = 0;
  const blank = () => {
    literals += 1;
    return ' ';
  };
  rest = rest.replace(emptyTexts, blank).replace(/(?<![\w.])\d(?:\.0*)?(?![\w.])/g, blank);
  const words =
    /\b(?:null|true|false|current_(?:date|time|timestamp|user|role|schema))\b|\barray(?=\[)|[a-z_][\w.]*\s*(?=\()|[-+(),[\]\s]/gi;
  return literals < 2 && rest.replace(words, '') === '';
}

/** Whether there is a text in an SQL expression, or a number above nine. */
function holdsValue(sql: string, names: readonly string[]): boolean {
  const rest = withoutQuotedNames(sql, names).replace(emptyTexts, ' ').replace(casts, ' ');
  const numbers = rest.replace(/\(\d\)/g, ' ').match(/(?<![\w$])(?:\d|\.\d)[\w.]*/g) ?? [];
  return /['"`]/.test(rest) || numbers.some((it) => !/^\d(?:\.0*)?$/.test(it));
}

export const tellingOfDomains: Telling = {
  default: (sql) => !isHarmless(sql),
  rule: (sql) => holdsValue(sql, []),
};

/**
 * The table without the checks and indexes that quote a value, but for those that can be shown to be
 * about other columns than these alone: it may be a value of a row, and masks need not pass them.
 */
export function withoutTellingRules(
  dialect: Dialect,
  table: Table,
  hidden: readonly Column[],
): Table {
  if (hidden.length === 0) return table;
  const names = table.columns.map(({ name }) => name);
  const out = new Set(hidden.map(({ name }) => name));
  const kept = names.filter((name) => !out.has(name));
  const isOfKept = (sql: string) =>
    !namesRow(sql) &&
    !mayName(sql, [...out, table.name]) &&
    kept.some((name) => mentions(sql, name));
  const isOut = (sql: string) => holdsValue(sql, names) && !isOfKept(sql);
  return {
    ...dialect.withoutRules(table, isOut),
    checks: table.checks.filter(({ condition }) => !isOut(condition)),
    uniqueIndexes: table.uniqueIndexes.filter(({ expressions, predicate }) => {
      return ![...expressions, predicate ?? ''].some((sql) => isOut(sql));
    }),
  };
}
