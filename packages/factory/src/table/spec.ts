import { type Spec, specOfColumn } from '@hot-fixture/generator';
import type { Bound, Limits } from '../check/limits.js';
import type { ColumnFacts } from './facts.js';
import { otherValue } from './other.js';

const smallLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What to generate for a column, so that its type and its checks take it. */
export function specFor(
  { column, wish: limits }: ColumnFacts,
  table: string,
  unique: boolean,
): Spec {
  const values = choicesOf(column.labels ?? null, limits, column.kind);
  if (values) return { type: 'oneOf', values, unique };
  const other = otherValue(column.type, column.kind);
  if (other !== undefined) return { type: 'oneOf', values: [other], unique };
  const maxLength = least(column.maxLength, limits.maxLength);
  const spec = specOfColumn({ ...column, table, maxLength, unique });
  if (!spec) return { type: 'text', words: 1, unique };
  return within(spec, limits, maxLength, unique);
}

/** Whether there are too few values to tell the rows of a table apart. */
export function isSmall({ column, wish: limits }: ColumnFacts): boolean {
  return column.kind === 'boolean' || column.labels !== null || limits.values !== undefined;
}

/** The values of a column that has few; null for all others. */
export function choicesOf(
  labels: readonly string[] | null,
  { values, not = [] }: Limits,
  kind: string,
): readonly unknown[] | null {
  const list = values ?? (labels && labels.length > 0 ? labels : null);
  if (!list) return null;
  const typed = list.map((it) => {
    if (kind === 'integer' || kind === 'float') return Number(it);
    return kind === 'boolean' ? it === true || it === 1 : String(it);
  });
  const fitting = labels && values ? typed.filter((it) => labels.includes(String(it))) : typed;
  return fitting.filter((it) => !not.includes(it));
}

function within(spec: Spec, limits: Limits, maxLength: number | null, unique: boolean): Spec {
  switch (spec.type) {
    case 'integer':
      return { ...spec, ...range(spec, limits, 1) };
    case 'decimal':
      return { ...spec, ...range(spec, limits, 10 ** -(spec.scale ?? 2)) };
    case 'float':
      return { ...spec, ...range(spec, limits, 1e-6) };
    case 'date':
    case 'datetime':
      return { ...spec, ...span(spec, limits) };
    default: {
      const { minLength = 0 } = limits;
      // What is made by its meaning has a few letters at least.
      if (minLength > 3 || (minLength > 1 && spec.type === 'string')) {
        const most = maxLength ?? Math.max(minLength, 12);
        return { type: 'string', minLength, maxLength: most, alphabet: smallLetters, unique };
      }
      const isFree = spec.type === 'string' && !spec.alphabet && !spec.pattern;
      // A collation may take `a` and `A` for the same.
      return unique && isFree ? { ...spec, alphabet: smallLetters } : spec;
    }
  }
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** The numbers of a spec that the limits let through; theirs where it has none of them. */
function range(spec: Range, limits: Limits, step: number): Range {
  const low = numberOf(limits.min, limits.above ? step : 0);
  const high = numberOf(limits.max, limits.below ? -step : 0);
  let min = Math.max(spec.min ?? 0, low ?? Number.NEGATIVE_INFINITY);
  let max = Math.min(spec.max ?? 1e9, high ?? Number.POSITIVE_INFINITY);
  if (min > max) {
    min = low ?? (high ?? 0) - 1000;
    max = high ?? min + 1000;
  }
  const { not = [] } = limits;
  if (Number.isInteger(min) && not.includes(min)) min += step;
  if (Number.isInteger(max) && not.includes(max)) max -= step;
  return { min, max };
}

function numberOf(bound: Bound | undefined, step: number): number | undefined {
  if (bound === undefined || Number.isNaN(Number(bound))) return undefined;
  // Sums of decimal fractions are written out with more digits than they have.
  return Number((Number(bound) + step).toFixed(9));
}

const day = 86_400_000;

function span(
  spec: { from?: string; to?: string },
  limits: Limits,
): { from?: string; to?: string } {
  const from = momentOf(limits.min, limits.above ? day : 0) ?? spec.from;
  const to = momentOf(limits.max, limits.below ? -day : 0) ?? spec.to;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function momentOf(bound: Bound | undefined, step: number): string | undefined {
  if (typeof bound !== 'string') return undefined;
  const moment = Date.parse(`${bound.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(moment) ? undefined : new Date(moment + step).toISOString().slice(0, 10);
}

function least(a: number | null, b: number | undefined): number | null {
  return a === null ? (b ?? null) : Math.min(a, b ?? a);
}
