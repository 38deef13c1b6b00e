import { qualified, type Table } from '@hot-fixture/database';
import { columnsOfRelation, type Relation } from './relation.js';

/** Why rows came. */
export type Reason =
  | { readonly kind: 'start'; readonly table: Table; readonly exportName: string }
  | { readonly kind: 'lookup'; readonly table: Table; readonly exportName: string }
  /** A row that came points to it. */
  | { readonly kind: 'parent'; readonly relation: Relation }
  /** It points to a row that came. */
  | { readonly kind: 'child'; readonly relation: Relation };

/** The table of the rows that came for a reason. */
export function tableOfReason(reason: Reason): Table {
  if (reason.kind === 'parent') return reason.relation.target;
  return reason.kind === 'child' ? reason.relation.table : reason.table;
}

/** The table of the rows that brought them; null where they were asked for. */
export function originOf(reason: Reason): Table | null {
  if (reason.kind === 'parent') return reason.relation.table;
  return reason.kind === 'child' ? reason.relation.target : null;
}

/** Words for it, such as `needed by orders (customer_id)`. */
export function wordsOfReason(reason: Reason): string {
  switch (reason.kind) {
    case 'start':
      return `start of ${reason.exportName}`;
    case 'lookup':
      return `lookup of ${reason.exportName}`;
    case 'parent':
      return `needed by ${qualified(reason.relation.table)} (${listOf(reason.relation)})`;
    case 'child':
      return `children of ${qualified(reason.relation.target)}, by (${listOf(reason.relation)})`;
  }
}

function listOf(relation: Relation): string {
  const { path, only } = relation;
  const columns = columnsOfRelation(relation).map(({ name }) => name);
  const at = path ? ` at $${path.map(stepText).join('')}` : '';
  return `${columns.join(', ')}${at}${only ? ` of type ${only.value}` : ''}`;
}

function stepText(step: string | number | { readonly all: true }): string {
  if (typeof step === 'object') return '[*]';
  return typeof step === 'number' ? `[${step}]` : `.${step}`;
}
