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
  const fixed = new Set<string>();
  const isFixed = (column: string) => fixed.has(column) || isGiven(column);
  // In a chain, what one order changes may break the one before it.
  for (let round = 0, changed = true; changed && round <= orders.length; round += 1) {
    changed = false;
    for (const { left, right, strict } of orders) {
      const [a, b] = [values[left], values[right]];
      if (a == null || b == null) continue;
      const [x, y] = [comparable(a), comparable(b)];
      if (strict ? x < y : x <= y) continue;
      changed = true;
      if (!isFixed(left) && !isFixed(right)) {
        values[left] = b;
        values[right] = x === y ? next(a, 1) : a;
      } else if (!isFixed(right)) {
        values[right] = strict ? next(a, 1) : a;
        fixed.add(right);
      } else if (!isFixed(left)) {
        values[left] = strict ? next(b, -1) : b;
        fixed.add(left);
      }
    }
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
  if (Number.isNaN(Number(text))) return value;
  // By its last digit, so that it stays in the range of its type.
  const digits = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
  return (Number(text) + step / 10 ** digits).toFixed(digits);
}
