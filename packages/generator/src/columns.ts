import { decimalOf, type IntegerRange, integerRange } from './column-types.js';
import { rangeOfLabel, textOfLabel } from './labels.js';
import type { Spec } from './types.js';

/** What has to be known of a column to make values for it. */
export interface ColumnFacts {
  /** The table it is in, without its schema. */
  readonly table: string;
  readonly name: string;
  /** The type as the database writes it, such as `character varying(40)`. */
  readonly type: string;
  /** `text`, `integer`, `date` …: the value kinds of the database room. */
  readonly kind: string;
  /** In characters; null where there is no limit. */
  readonly maxLength: number | null;
  /** What an enum may hold; null for all other kinds. */
  readonly labels: readonly string[] | null;
  /** Unique by itself. */
  readonly unique: boolean;
}

/** Days enough for unique ones. */
const century = { from: '1970-01-01', to: '2069-12-31' };

/** A text without a limit gets no longer than this. */
const longText = 200;

/**
 * What to generate for a column: as its name says (`email`, `firstName`, `unit_price`) where it
 * fits, else as its type says. Null for a kind whose values nobody can guess, such as an array.
 */
export function specOfColumn(column: ColumnFacts): Spec | null {
  const spec = specOfKind(column);
  return spec && column.unique ? ({ ...spec, unique: true } as Spec) : spec;
}

function specOfKind(column: ColumnFacts): Spec | null {
  const { kind, type, labels } = column;
  switch (kind) {
    case 'text':
      return ofText(column);
    case 'integer':
      return { type: 'integer', ...ranged(column, integerRange(type)) };
    case 'decimal':
      return ofDecimal(column);
    case 'float':
      return { type: 'float', ...ranged(column, { min: 0, max: 1000 }) };
    case 'enum':
      return labels && labels.length > 0 ? { type: 'oneOf', values: labels } : null;
    case 'boolean':
    case 'time':
    case 'uuid':
    case 'json':
      return { type: kind };
    case 'date':
      return column.unique ? { type: 'date', ...century } : { type: 'date' };
    case 'timestamp':
      return { type: 'datetime' };
    case 'binary':
      return { type: 'bytes', length: Math.min(16, sizeOf(type) ?? 16) };
    default:
      return ofOther(type);
  }
}

function ofText(column: ColumnFacts): Spec {
  const maxLength = column.maxLength ?? longText;
  const named = textOfLabel(column.name, column.table);
  const spec =
    named && !(column.unique && isFew(named)) ? named : ({ type: 'text', words: 2 } as const);
  const fitting = fit(spec, maxLength);
  // So few characters tell more rows apart as letters than as words with a number.
  const crowded = column.unique && fitting.type === 'text' && maxLength < 8;
  return crowded ? { type: 'string', minLength: maxLength, maxLength } : fitting;
}

/** Too few of them to tell the rows of a table apart. */
function isFew(spec: Spec): boolean {
  if (spec.type === 'address') return spec.part !== 'street';
  if (spec.type === 'name') return spec.part !== undefined;
  return spec.type === 'locale' || spec.type === 'oneOf';
}

function fit(spec: Spec, maxLength: number): Spec {
  const string: Spec = { type: 'string', maxLength };
  switch (spec.type) {
    case 'email':
      return maxLength < 24 ? string : { ...spec, maxLength };
    case 'url':
      return maxLength < 24 ? string : { ...spec, maxLength };
    case 'phone':
      return maxLength < 13
        ? { type: 'string', alphabet: '0123456789', maxLength }
        : { ...spec, maxLength };
    case 'address':
      if (spec.part === 'country' && maxLength < 12)
        return { type: 'address', part: 'countryCode', maxLength };
      return { ...spec, maxLength };
    case 'name':
    case 'userName':
    case 'company':
    case 'text':
      return { ...spec, maxLength };
    case 'string':
      if (spec.pattern !== undefined) return spec.pattern.length > maxLength ? string : spec;
      return { ...spec, length: Math.min(spec.length ?? maxLength, maxLength) };
    default:
      return maxLength < longest(spec) ? string : spec;
  }
}

function longest({ type }: Spec): number {
  return type === 'uuid' ? 36 : type === 'macAddress' ? 17 : type === 'ipAddress' ? 15 : 3;
}

function ofDecimal(column: ColumnFacts): Spec {
  const { max, scale } = decimalOf(column.type) ?? { max: 9999.99, scale: 2 };
  return {
    type: 'decimal',
    scale,
    ...ranged(column, { min: 0, max: column.unique ? max : Math.min(max, 9999.99) }),
  };
}

/** What the name lets expect, as far as the type can hold it; all of it where it must be unique. */
function ranged({ name, unique }: ColumnFacts, type: IntegerRange): IntegerRange {
  const range = unique ? null : rangeOfLabel(name);
  if (!range || range.min > type.max) return type;
  return { min: range.min, max: Math.min(range.max, type.max) };
}

function ofOther(type: string): Spec | null {
  const name = type.toLowerCase();
  if (name === 'inet' || name === 'cidr') return { type: 'ipAddress', range: 'private' };
  return name === 'macaddr' ? { type: 'macAddress' } : null;
}

function sizeOf(type: string): number | null {
  const size = /\((\d+)\)/.exec(type)?.[1];
  return size === undefined ? null : Number(size);
}
