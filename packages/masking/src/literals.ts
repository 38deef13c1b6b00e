import { isIP } from 'node:net';
import { elementsOf } from './array-literal.js';
import { readDate } from './calendar.js';
import type { ColumnFacts } from './column.js';
import { fits } from './fitting.js';
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
export function whyNot(text: string, column: ColumnFacts): string | null {
  const { kind, type, labels } = column;
  const check = checks[kind];
  if (check && !check.is(text)) return `no ${check.called}`;
  // Of the larger types the name does not tell: INTEGER has 4 bytes here and 8 there.
  if (kind === 'integer' && Math.abs(Number(text)) > largestOf(type, 2 ** 64)) {
    return `out of the range of ${type}`;
  }
  if (kind === 'array') return whyNoArray(text, column);
  const [, name = type, size] = /^(.*?)(?:\((\d+)\))?$/s.exec(type) ?? [];
  const form = forms[name.toLowerCase()];
  if ((kind === 'other' || kind === 'binary') && form && !form(text, Number(size ?? 1), kind)) {
    return `no ${type}`;
  }
  if (kind === 'enum' && labels) {
    const words = /^set\(/i.test(type) && text !== '' ? text.split(',') : [text];
    if (!words.every((word) => labels.includes(word))) return `none of its words`;
  }
  // MySQL spells the words of an enum in its type.
  if (/^enum\(/i.test(type) && !type.includes(`'${text.replaceAll("'", "''")}'`)) {
    return `none of ${type}`;
  }
  return null;
}

/** Types of PostgreSQL whose values can be told; `bit` of MySQL holds the bytes of the text. */
const forms: Readonly<Record<string, (text: string, size: number, kind: string) => boolean>> = {
  bit: (text, size, kind) => {
    if (kind === 'other') return /^[01]+$/.test(text) && text.length === size;
    return BigInt(`0x0${Buffer.from(text).toString('hex')}`) < 2n ** BigInt(size);
  },
  inet: (text) => isNetwork(text, false),
  cidr: (text) => isNetwork(text, true),
  macaddr: (text) => /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text),
  macaddr8: (text) => /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/i.test(text),
};

/** @param isWhole where nothing may stand behind the mask, as in `10.1.0.0/16` */
function isNetwork(text: string, isWhole: boolean): boolean {
  const [, address = '', mask] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  if (version === 0 || Number(mask ?? 0) > bits) return false;
  if (!isWhole || mask === undefined || Number(mask) === bits) return true;
  if (version === 6) return address.endsWith('::') && groupsOf(address) * 16 <= Number(mask);
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return number % 2 ** (32 - Number(mask)) === 0;
}

const groupsOf = (address: string) => address.slice(0, -2).split(':').filter(Boolean).length;

/** What PostgreSQL calls the types whose values can be told. */
const kindsByType: readonly (readonly [RegExp, string])[] = [
  [/^(?:smallint|integer|bigint)$/, 'integer'],
  [/^numeric/, 'decimal'],
  [/^(?:real|double precision)$/, 'float'],
  [/^boolean$/, 'boolean'],
  [/^date$/, 'date'],
  [/^timestamp/, 'timestamp'],
  [/^time/, 'time'],
  [/^uuid$/, 'uuid'],
  [/^jsonb?$/, 'json'],
  [/^character/, 'text'],
];

function whyNoArray(text: string, { type, ...column }: ColumnFacts): string | null {
  const elements = elementsOf(text);
  if (!elements) return 'no array such as {a,"b c"}';
  const of = type.replace(/(?:\[\d*\])+$/, '');
  const kind = kindsByType.find(([pattern]) => pattern.test(of))?.[1] ?? 'other';
  const length = /^character.*\((\d+)\)$/.exec(of)?.[1];
  for (const it of elements) {
    if (it === null) continue;
    const reason = whyNot(it, { ...column, type: of, kind });
    if (reason) return `an array of which an element is ${reason}`;
    if (length && !fits(it, Number(length))) return `an array with an element too long for ${of}`;
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
