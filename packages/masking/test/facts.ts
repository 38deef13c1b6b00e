import { expect } from 'vitest';
import type { ColumnFacts, Value } from '../src/column.js';
import { bindMasker, type OptionValue, parseMaskingKey } from '../src/index.js';

export const key = parseMaskingKey('5a'.repeat(32));
export const otherKey = parseMaskingKey('5b'.repeat(32));

/** A column of no limits, but for what is given. */
export function column(facts: Partial<ColumnFacts> = {}): ColumnFacts {
  const kind = facts.kind ?? 'text';
  const none = { name: 'c', type: kind, nullable: true, unique: false, maxLength: null };
  return { ...none, kind, ...facts };
}

/** A bound masker; the key is that of the tests. */
export function masking(
  masker: string,
  facts: Partial<ColumnFacts> = {},
  options: Record<string, OptionValue> = {},
): (value: Value) => Value {
  return bindMasker({ masker, options }, column(facts), key);
}

export const code = (code: string) => expect.objectContaining({ code });
