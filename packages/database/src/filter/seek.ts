import type { Dialect } from '../dialect.js';
import type { Column, Row, Value } from '../model.js';

/** A column of the order that rows come in, and which way it goes. */
export interface Ordered {
  readonly column: Column;
  readonly descending: boolean;
}

/**
 * A condition that holds for the rows that come after a given one, in an order that tells all rows
 * apart. NULL has the place that the dialect gives it there.
 * @param last the values of the ordered columns, as they were read
 * @param bind binds a value, and gives its placeholder; called in the order of the text
 */
export function seekAfter(
  dialect: Dialect,
  ordered: readonly Ordered[],
  last: Row,
  bind: (column: Column, value: Value) => string,
): string {
  const [first, ...rest] = ordered;
  if (!first) return never;
  const { column, descending } = first;
  const value = last[0] ?? null;
  const name = dialect.quote(column.name);
  const nullsComeFirst = dialect.capabilities.nullsFirst !== descending;
  const beyond = () => {
    if (value === null) return nullsComeFirst ? `${name} IS NOT NULL` : never;
    const later = `${name} ${descending ? '<' : '>'} ${bind(column, value)}`;
    return column.nullable && !nullsComeFirst ? `(${later} OR ${name} IS NULL)` : later;
  };
  if (rest.length === 0) return beyond();
  const same = () => (value === null ? `${name} IS NULL` : `${name} = ${bind(column, value)}`);
  const step = beyond();
  const both = `${same()} AND ${seekAfter(dialect, rest, last.slice(1), bind)}`;
  return step === never ? `(${both})` : `(${step} OR (${both}))`;
}

const never = '1 = 0';
