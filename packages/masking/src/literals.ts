import { readDate } from './calendar.js';
import type { ColumnFacts } from './column.js';
import { largestOf } from './integers.js';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Of each kind that can be told from a text, whether a text is one and how to call it. */
const checks: Readonly<Record<string, { is: (text: string) => boolean; called: string }>> = {
  integer: { is: (text) => /^[+-]?\d+$/.test(text), called: 'integer' },
  decimal: { is: (text) => decimal.test(text), called: 'number' },
  float: { is: (text) => decimal.test(text), called: 'number' },
  boolean: { is: (text) => /^(?:t|f|true|false|0|1)$/i.test(text), called: 'boolean' },
  date: { is: (text) => readDate(text)?.rest === '', called: 'date such as 2000-12-31' },
  timestamp: {
    is: (text) => readDate(text) !== null,
    called: 'timestamp such as 2000-12-31 23:59:59',
  },
  time: {
    is: (text) => /^\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d(?::?\d\d)?)?$/.test(text),
    called: 'time such as 23:59:59',
  },
  uuid: {
    is: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
    called: 'uuid',
  },
  json: { is: isJson, called: 'JSON text' },
};

/** Why a column cannot hold this text, as far as can be told from its type; else null. */
export function whyNot(text: string, { kind, type }: ColumnFacts): string | null {
  const check = checks[kind];
  if (check && !check.is(text)) return `no ${check.called}`;
  // Of the larger types the name does not tell: INTEGER has 4 bytes here and 8 there.
  if (kind === 'integer' && Math.abs(Number(text)) > largestOf(type, 2 ** 64)) {
    return `out of the range of ${type}`;
  }
  // MySQL spells the words of an enum in its type.
  if (/^enum\(/i.test(type) && !type.includes(`'${text.replaceAll("'", "''")}'`)) {
    return `none of ${type}`;
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
