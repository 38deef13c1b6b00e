import { sameValue } from '@hot-fixture/changes';
import type { Value, ValueKind } from '@hot-fixture/database';
import { isWithin } from './distance.js';
import type { Volatile } from './rules.js';
import { momentsOf } from './times.js';

/** Whether a value that was found will do in the place of the one that is expected. */
export function accepts(rule: Volatile, expected: Value, found: Value, now: Date): boolean {
  if (rule.rule === 'pattern') return found !== null && rule.pattern.test(textOf(found));
  if (sameValue(expected, found)) return true;
  if (found === null) return false;
  if (rule.rule === 'any') return rule.kind === null || isOfKind(found, rule.kind);
  if ('by' in rule) return isWithin(expected, found, rule.by);
  const wanted = rule.of === 'now' ? [now.getTime()] : momentsOf(expected).slice(0, 1);
  const there = rule.of === 'now' ? momentsOf(found) : momentsOf(found).slice(0, 1);
  return wanted.some((a) => there.some((b) => Math.abs(a - b) <= rule.seconds * 1000));
}

function textOf(value: Value): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

const forms: Partial<Record<ValueKind, RegExp>> = {
  integer: /^[+-]?\d+$/,
  decimal: /^[+-]?(\d+\.?\d*|\.\d+)$/,
  float: /^([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan)$/i,
  boolean: /^(t|f|true|false|0|1)$/i,
  date: /^\d{4,}-\d\d-\d\d$/,
  time: /^-?\d{1,3}:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?$/,
  uuid: /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i,
};

/** By its form, for a text column may hold anything. */
function isOfKind(value: Value, kind: ValueKind): boolean {
  if (kind === 'binary') return value instanceof Uint8Array;
  if (value instanceof Uint8Array) return kind === 'other';
  if (kind === 'timestamp') return momentsOf(value).length > 0;
  if (kind === 'json') return isJson(textOf(value));
  return forms[kind]?.test(textOf(value)) ?? true;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
