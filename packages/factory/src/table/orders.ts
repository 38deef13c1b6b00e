import type { TableFacts } from './facts.js';

type Values = Record<string, unknown>;

/**
 * Lets the columns that a check compares with each other stand in its order. Only what nobody gave
 * is changed.
 */
export function settleOrders(
  { orders }: TableFacts,
  values: Values,
  isGiven: (column: string) => boolean,
): void {
  for (const { left, right, strict } of orders) {
    const [a, b] = [values[left], values[right]];
    if (a == null || b == null) continue;
    const [x, y] = [comparable(a), comparable(b)];
    if (strict ? x < y : x <= y) continue;
    if (!isGiven(left) && !isGiven(right)) {
      values[left] = b;
      values[right] = x === y ? next(a, 1) : a;
    } else if (!isGiven(right)) values[right] = strict ? next(a, 1) : a;
    else if (!isGiven(left)) values[left] = strict ? next(b, -1) : b;
  }
}

function comparable(value: unknown): number | string {
  if (value instanceof Date) return value.getTime();
  const number = Number(value);
  return typeof value === 'string' && Number.isNaN(number) ? value : number;
}

/** The value after it, or before it. */
function next(value: unknown, step: 1 | -1): unknown {
  if (value instanceof Date) return new Date(value.getTime() + step * 1000);
  if (typeof value === 'number') return value + step;
  const text = String(value);
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(day)) return new Date(day + step * 86_400_000).toISOString().slice(0, 10);
  return Number.isNaN(Number(text)) ? value : String(Number(text) + step);
}
