import type { Limits } from '../check/limits.js';
import type { ColumnFacts } from './facts.js';

/**
 * Why the database would not take a value that was given or defined; null where it may.
 * @param value what is to be written; never undefined
 */
export function refusal(facts: ColumnFacts, value: unknown): string | null {
  const { column, limits } = facts;
  if (isPlainlyTaken(facts, value)) return null;
  // SQLite would take it for NULL.
  if (Number.isNaN(value)) return 'it was given NaN, which is no number';
  if (value instanceof Promise) return 'it was given a promise: wait for it first';
  if (column.generated) return 'the database computes it, so it takes no value';
  if (value === null) return column.nullable ? null : 'it may not be null';
  const wrong = wrongType(column, value);
  if (wrong) return `it holds ${wrong}, and was given ${shown(value)}`;
  if (column.labels && column.kind === 'enum' && !labelled(column, value)) {
    return `it holds one of ${column.labels.join(', ')}, and was given ${shown(value)}`;
  }
  if (typeof value === 'string' && column.kind === 'text' && column.maxLength !== null) {
    const { length } = [...value];
    if (length > column.maxLength) {
      return `it holds ${column.maxLength} characters at most, and was given ${length}`;
    }
  }
  return outOfRange(column.type, column.kind, value) ?? against(limits, value);
}

/** Most values are, and there are many of them. */
function isPlainlyTaken({ column, isFree }: ColumnFacts, value: unknown): boolean {
  if (!isFree) return false;
  if (column.kind === 'text') {
    return typeof value === 'string' && value.length <= (column.maxLength ?? value.length);
  }
  if (column.kind === 'boolean') return typeof value === 'boolean';
  const isSmall = (value as number) >= 0 && (value as number) < 128;
  return column.kind === 'integer' && isSmall && Number.isInteger(value);
}

function labelled({ labels, type }: ColumnFacts['column'], value: unknown): boolean {
  const text = String(value);
  const isSet = /^set\b/i.test(type);
  return (isSet ? text.split(',') : [text]).every((it) => it === '' || labels?.includes(it));
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What the column holds, where the value is something else. */
function wrongType({ kind, type }: ColumnFacts['column'], value: unknown): string | null {
  const is = typeof value;
  const isMoment = value instanceof Date ? !Number.isNaN(value.getTime()) : is === 'string';
  switch (kind) {
    case 'integer':
      return isWhole(value) || is === 'boolean' ? null : 'whole numbers';
    case 'decimal':
    case 'float': {
      const special = /^([+-]?infinity|nan)$/i.test(String(value));
      return (is === 'number' || is === 'bigint' || is === 'string') &&
        (number.test(String(value)) || special)
        ? null
        : 'numbers';
    }
    case 'boolean':
      if (is === 'boolean' || value === 0 || value === 1) return null;
      return /^tinyint/i.test(type) && isWhole(value) ? null : 'true or false';
    case 'date':
      return isMoment ? null : 'days, such as 2026-01-31';
    case 'time':
      return isMoment ? null : 'times of day, such as 23:59:59';
    case 'timestamp':
      return isMoment || is === 'number'
        ? null
        : 'moments: a Date, or a text such as 2026-01-31 12:00:00';
    case 'uuid':
      return is === 'string' && /^[\da-f{}-]{32,38}$/i.test(value as string) ? null : 'UUIDs';
    case 'text':
    case 'enum':
      return is === 'function' || is === 'symbol' ? 'texts' : null;
    case 'array':
      return Array.isArray(value) || is === 'string' ? null : 'lists';
    default:
      return is === 'function' || is === 'symbol' ? 'values' : null;
  }
}

function isWhole(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value === 'string') return /^[+-]?\d+$/.test(value);
  return Number.isInteger(value);
}

const bits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  integer: 32,
  int: 32,
  bigint: 64,
};

function outOfRange(type: string, kind: string, value: unknown): string | null {
  const lower = type.toLowerCase();
  if (kind === 'integer' && typeof value !== 'boolean') {
    const width = bits[/^[a-z]+/.exec(lower)?.[0] ?? ''];
    if (width === undefined) return null;
    const unsigned = lower.includes('unsigned');
    const whole = BigInt(typeof value === 'string' ? value.replace('+', '') : (value as number));
    const fits = (unsigned ? BigInt.asUintN : BigInt.asIntN)(width, whole) === whole;
    const most = 2n ** BigInt(unsigned ? width : width - 1) - 1n;
    return fits ? null : `it holds ${unsigned ? 0 : -most - 1n} to ${most}, and was given ${value}`;
  }
  const [, precision, scale = '0'] =
    /^(?:numeric|decimal)\((\d+)(?:,\s*(\d+))?\)/.exec(lower) ?? [];
  if (kind !== 'decimal' || precision === undefined) return null;
  const whole = Number(precision) - Number(scale);
  return Math.abs(Number(value)) < 10 ** whole || Number.isNaN(Number(value))
    ? null
    : `it holds ${whole} digits before the point, and was given ${value}`;
}

/** A check of the table that the value breaks. */
export function against(
  { values, not, min, max, above, below, ...long }: Limits,
  value: unknown,
): string | null {
  const same = (it: unknown) =>
    it === value || String(it) === String(value) || (typeof it === 'number' && isNumber(value, it));
  if (
    values &&
    !values.some((it) => same(it) || (typeof it === 'boolean' && it === (value === 1)))
  ) {
    return `a check allows ${values.join(', ')}, and it was given ${shown(value)}`;
  }
  if (not?.some(same)) return `a check does not allow ${shown(value)}`;
  if (typeof min === 'number' && Number(value) < min)
    return `a check wants ${min} or more, and it was given ${shown(value)}`;
  if (typeof min === 'number' && above && Number(value) === min)
    return `a check wants more than ${min}`;
  if (typeof max === 'number' && Number(value) > max)
    return `a check wants ${max} or less, and it was given ${shown(value)}`;
  if (typeof max === 'number' && below && Number(value) === max)
    return `a check wants less than ${max}`;
  if (typeof value !== 'string') return null;
  const { length } = [...value];
  const { minLength = 0, maxLength = length } = long;
  if (length >= minLength && length <= maxLength) return null;
  return `a check wants ${minLength} to ${long.maxLength ?? 'any number of'} characters, and it was given ${length}`;
}

/** However it is written: 19.00 is 19. */
function isNumber(value: unknown, number: number): boolean {
  if (typeof value === 'string' && value.trim() === '') return false;
  return (typeof value === 'string' || typeof value === 'bigint') && Number(value) === number;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
