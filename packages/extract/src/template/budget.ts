import type { Field } from '@hot-fixture/document';
import type { Budget } from './model.js';

const units: Record<string, number> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

export function readBudget(field: Field): Budget {
  const { maxRows, maxBytes } = field.fields([], ['maxRows', 'maxBytes']);
  const bytes = maxBytes ? parseBytes(maxBytes.text()) : null;
  if (maxBytes && bytes === null) throw maxBytes.fail('a size is expected here, such as 50 MB');
  return { maxRows: maxRows?.integer(0, Number.MAX_SAFE_INTEGER) ?? null, maxBytes: bytes };
}

/** A size such as `50 MB` or `1000`, in bytes; null where it is none. */
export function parseBytes(text: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d+)?)\s*([kmgt]?b)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  return Math.floor(Number(digits) * (units[unit.toUpperCase()] as number));
}

/** Both at once. */
export function smaller(a: Budget | null, b: Budget | null): Budget | null {
  if (!a || !b) return a ?? b;
  const least = (x: number | null, y: number | null) =>
    x === null || y === null ? (x ?? y) : Math.min(x, y);
  return { maxRows: least(a.maxRows, b.maxRows), maxBytes: least(a.maxBytes, b.maxBytes) };
}
