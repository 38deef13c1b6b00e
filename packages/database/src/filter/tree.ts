import type { Row } from '../model.js';

/** What a filter is read into: the only form in which a condition reaches a database. */
export interface Filter {
  readonly where: Condition | null;
  readonly orderBy: readonly Order[];
  readonly limit: Operand | null;
  /** The columns that were written with a table before them: their parts, the column last. */
  readonly qualified?: readonly (readonly string[])[];
}

export type Condition =
  | { readonly kind: 'and'; readonly parts: readonly Condition[] }
  | { readonly kind: 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: Comparison;
      readonly value: Operand;
    }
  | {
      readonly kind: 'in';
      readonly column: string;
      readonly negated: boolean;
      readonly values: readonly Operand[];
    }
  | {
      readonly kind: 'between';
      readonly column: string;
      readonly negated: boolean;
      readonly low: Operand;
      readonly high: Operand;
    }
  | {
      readonly kind: 'like';
      readonly column: string;
      readonly negated: boolean;
      readonly pattern: Operand;
    }
  | { readonly kind: 'null'; readonly column: string; readonly negated: boolean }
  /** What comes after a row, in an order that tells all rows apart. No text says this. */
  | { readonly kind: 'after'; readonly order: readonly Order[]; readonly values: Row };

export const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** A value, or a text with variables in it that are filled in when the filter is used. */
export interface Operand {
  /** Literal pieces and variables in turn; a lone literal has one piece. */
  readonly pieces: readonly (string | { readonly variable: string })[];
}

/** The columns that a filter looks at, each once. */
export function columnsOf(filter: Filter): string[] {
  const found = new Set(filter.orderBy.map((order) => order.column));
  const visit = (condition: Condition): void => {
    if (condition.kind === 'and' || condition.kind === 'or') condition.parts.forEach(visit);
    else if (condition.kind === 'not') visit(condition.part);
    else if (condition.kind === 'after') for (const it of condition.order) found.add(it.column);
    else found.add(condition.column);
  };
  if (filter.where) visit(filter.where);
  return [...found];
}

/** The variables that a filter asks for, each once. */
export function variablesOf(filter: Filter): string[] {
  const operands = filter.where ? operandsOf(filter.where) : [];
  if (filter.limit) operands.push(filter.limit);
  const variables = operands.flatMap(({ pieces }) =>
    pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable])),
  );
  return [...new Set(variables)];
}

function operandsOf(condition: Condition): Operand[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(operandsOf);
    case 'not':
      return operandsOf(condition.part);
    case 'compare':
      return [condition.value];
    case 'in':
      return [...condition.values];
    case 'between':
      return [condition.low, condition.high];
    case 'like':
      return [condition.pattern];
    case 'null':
    case 'after':
      return [];
  }
}
