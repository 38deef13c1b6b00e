import type { Column, Row } from '../model.js';
import type { Constraint, Index, MadeColumn } from './create.js';
import { kindOf } from './kinds.js';

/** Whether the type of a row of `columnsSql` is made of others. */
export function hasParts([, , , , typtype, category]: Row): boolean {
  return category === 'A' || (typtype !== 'b' && typtype !== 'e');
}

/** The columns of a table, of rows of `columnsSql` and of `partsSql`. */
export function columnsOf(rows: readonly Row[], parts: readonly Row[]): MadeColumn[] {
  const byName = new Map(parts.map(([, name, made]) => [name, made as string]));
  return rows.map((row) => columnOf(row, byName.get(row[1] as string)));
}

function columnOf(row: Row, parts: string | undefined): MadeColumn {
  const [, name, type, base, typtype, category, notNull, expression, generated, identity, ...rest] =
    row as (string | null)[];
  const [length, labels, collation, isInherited, numbering, domain] = rest;
  const column: Column = {
    name: name as string,
    type: type as string,
    kind: kindOf(base as string, typtype as string, category as string),
    nullable: notNull === 'f',
    default: expression as string | null,
    generated: generated === 's' ? 'stored' : generated === 'v' ? 'virtual' : null,
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'default' : null,
    maxLength: length ? Number(length) : null,
    labels: labels ? JSON.parse(labels) : null,
    ...(domain && { domain: JSON.parse(domain) }),
    ...(parts !== undefined && { madeOf: partsOf(parts) }),
  };
  return {
    column,
    collation: collation ?? null,
    isInherited: isInherited === 't',
    numbering: numbering ?? null,
  };
}

function partsOf(json: string): NonNullable<Column['madeOf']> {
  const parts: [string, string, string, string][] = JSON.parse(json);
  return parts.map(([type, ...base]) => ({ type, kind: kindOf(...base) }));
}

const actions = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
} as const;

/** A row of `constraintsSql`. */
export function constraintOf(row: Row): Constraint {
  const [, table, isOwn, isLocal, name, type, definition, condition, columns, ...rest] = row as (
    | string
    | null
  )[];
  const [target, targetColumns, onUpdate, onDelete, deferrable, deferred, nullsDistinct] = rest;
  const action = (letter: string | null | undefined) => actions[letter as keyof typeof actions];
  return {
    table: table as string,
    isOwn: isOwn === 't',
    isLocal: isLocal === 't',
    name: name as string,
    type: type as string,
    definition: definition as string,
    condition: condition ?? null,
    columns: JSON.parse(columns ?? '[]'),
    nullsDistinct: nullsDistinct === 't',
    reference: target
      ? {
          target: JSON.parse(target),
          targetColumns: JSON.parse(targetColumns as string),
          onUpdate: action(onUpdate),
          onDelete: action(onDelete),
          deferrable: deferred === 't' ? 'deferred' : deferrable === 't' ? 'immediate' : 'never',
        }
      : null,
  };
}

/** A row of `indexesSql`. */
export function indexOf(row: Row): Index {
  const [, name, definition, isUnique, columns, expressions, predicate, nullsDistinct] = row as (
    | string
    | null
  )[];
  return {
    name: name as string,
    definition: definition as string,
    unique:
      isUnique === 't'
        ? {
            columns: columns ? JSON.parse(columns) : null,
            expressions: JSON.parse(expressions as string),
            predicate: predicate ?? null,
            nullsDistinct: nullsDistinct === 't',
          }
        : null,
  };
}
