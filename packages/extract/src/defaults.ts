import type { Column } from '@hot-fixture/database';

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
  const rest = expression.replace(harmless, ' ');
  const numbers = rest.match(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g) ?? [];
  return /['"]/.test(rest) || numbers.some((it) => Number(it) > 9 || !Number.isInteger(Number(it)));
}
