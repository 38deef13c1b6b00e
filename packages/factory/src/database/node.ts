import type { ForeignKey } from '@hot-fixture/database';
import type { Definition } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';

export type Values = Record<string, unknown>;

/** A row that is to be written, and the rows that it waits for. */
export interface Node {
  readonly facts: TableFacts;
  readonly definition: Definition;
  /** What is known of it, by column; what it takes from other rows is added when they are written. */
  readonly values: Values;
  readonly edges: Edge[];
  /** The key that it was made for; null where it was asked for. */
  readonly via: string | null;
  /** Another row points to it, so that one row could serve many. */
  readonly isParent: boolean;
  /** What hooks are told; null where there are none. */
  readonly context: object | null;
  /** The row as the database has it. */
  result: Values | null;
}

/** Columns whose values are those of another row. */
export interface Edge {
  /** Null where the row follows another one without a key of its own to it. */
  readonly key: ForeignKey | null;
  /** Own columns, each with that of the target. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly target: Node;
  /** May be empty first, and be filled when both rows are there. */
  readonly soft: boolean;
}

export function pairsOf({ columns, targetColumns }: ForeignKey): [string, string][] {
  return columns.map((column, i) => [column, targetColumns[i] as string]);
}

/** Whether a key may point nowhere. */
export function isSoft({ columns }: TableFacts, key: ForeignKey): boolean {
  return key.columns.some((name) => columns.get(name)?.column.nullable);
}

/** `orders.customer_id`, for paths in messages. */
export function nameOfKey({ name }: TableFacts, { columns }: ForeignKey): string {
  return columns.length === 1 ? `${name}.${columns[0]}` : `${name}.(${columns.join(', ')})`;
}
